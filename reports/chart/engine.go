package chart

import (
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/dop251/goja"
)

// Engine draws figures. It compiles ECharts once and keeps the interpreters it
// has warmed up. It is safe for many goroutines.
type Engine struct {
	program *goja.Program
	drawn   *Drawn
	free    chan struct{} // holds one for each core that doesn't draw

	mu   sync.Mutex
	idle []*interpreter
}

// NewEngine compiles the chart engine's source (assets.ECharts). It takes about
// 0.2 seconds: make one and keep it. What is drawn is kept in drawn, which may be nil.
//
// Errors: the source is not JavaScript that can run here.
func NewEngine(source string, drawn *Drawn) (*Engine, error) {
	program, err := goja.Compile("echarts.min.js", source, false)
	if err != nil {
		return nil, fmt.Errorf("compiling the chart engine: %w", err)
	}
	e := &Engine{program: program, drawn: drawn, free: make(chan struct{}, runtime.GOMAXPROCS(0))}
	for range cap(e.free) {
		e.free <- struct{}{}
	}
	first, err := e.take()
	if err != nil {
		return nil, err
	}
	e.give(first)
	return e, nil
}

// Draw gives a drawing for each figure, in their order. It uses every core, and
// the bytes don't depend on how many there are. Cost: about 0.1 seconds of one
// core a figure.
//
// Errors: a figure whose id, title or lengths are wrong, a shape that may not be
// shown, or ctx ended.
func (e *Engine) Draw(ctx context.Context, figures []Figure) ([]Drawing, error) {
	for _, f := range figures {
		if err := f.check(); err != nil {
			return nil, err
		}
	}
	drawings := make([]Drawing, len(figures))
	errs := make([]error, len(figures))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(figures)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(figures); i = int(next.Add(1)) - 1 {
				if errs[i] = ctx.Err(); errs[i] == nil {
					drawings[i], errs[i] = e.draw(ctx, figures[i])
				}
			}
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("drawing figure %s: %w", figures[i].ID, err)
		}
	}
	return drawings, nil
}

func (e *Engine) draw(ctx context.Context, f Figure) (Drawing, error) {
	narrow, err := e.svg(ctx, f, "narrow", NarrowWidth)
	if err != nil {
		return Drawing{}, err
	}
	// clean lets through nothing but listed shapes, attributes and escaped text.
	drawing := Drawing{Narrow: template.HTML(narrow), Table: f.Plot.Table()}
	if !f.Small {
		wide, err := e.svg(ctx, f, "wide", WideWidth)
		if err != nil {
			return Drawing{}, err
		}
		drawing.Wide = template.HTML(wide)
	}
	return drawing, nil
}

func (e *Engine) svg(ctx context.Context, f Figure, suffix string, width int) (string, error) {
	var height int
	var drawn string
	switch p := f.Plot.(type) {
	case plain:
		height, drawn = p.shapes(width)
	case engined:
		var options map[string]any
		var err error
		height, options = p.layout(width)
		if drawn, err = e.render(ctx, options, width, height); err != nil {
			return "", err
		}
	default:
		panic(fmt.Sprintf("chart: nothing draws a %T", f.Plot))
	}
	return clean(drawn, heading{
		id: f.ID + "-" + suffix, title: f.Title, description: f.Plot.Describe(), width: width, height: height,
	})
}

// render gives what ECharts draws.
func (e *Engine) render(ctx context.Context, options map[string]any, width, height int) (string, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return "", fmt.Errorf("encoding chart options: %w", err)
	}
	return e.drawn.fetch(asked(text, width, height), func() (string, error) { return e.run(ctx, text, width, height) })
}

// run lets ECharts draw, on as many interpreters as there are cores: more would
// only hold memory, and each takes a quarter of a second to make.
func (e *Engine) run(ctx context.Context, options []byte, width, height int) (string, error) {
	select {
	case <-e.free:
		defer func() { e.free <- struct{}{} }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	in, err := e.take()
	if err != nil {
		return "", err
	}
	drawn, err := in.render(ctx, string(options), width, height)
	if err != nil {
		return "", err // the interpreter may be half way through something: don't keep it
	}
	e.give(in)
	return drawn, nil
}

// interpreter is one JavaScript machine with ECharts loaded. One goroutine at a time.
type interpreter struct {
	vm   *goja.Runtime
	call goja.Callable
}

// prelude gives ECharts the few browser functions that it asks for, and draw.
// Nothing is ever scheduled: a still picture needs no timer.
const prelude = `
var setTimeout = function () { return 0; }, clearTimeout = function () {};
var console = { log: function () {}, warn: function () {}, error: function () {} };
`

const drawFunction = `
(function (options, width, height) {
	var chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
	try {
		chart.setOption(JSON.parse(options));
		return chart.renderToSVGString();
	} finally {
		chart.dispose();
	}
})`

func (e *Engine) take() (*interpreter, error) {
	e.mu.Lock()
	if n := len(e.idle); n > 0 {
		in := e.idle[n-1]
		e.idle = e.idle[:n-1]
		e.mu.Unlock()
		return in, nil
	}
	e.mu.Unlock()

	vm := goja.New()
	vm.SetRandSource(func() float64 { return 0.5 }) // ECharts names things by chance
	if _, err := vm.RunString(prelude); err != nil {
		return nil, fmt.Errorf("preparing the chart engine: %w", err)
	}
	if _, err := vm.RunProgram(e.program); err != nil {
		return nil, fmt.Errorf("loading the chart engine: %w", err)
	}
	value, err := vm.RunString(drawFunction)
	if err != nil {
		return nil, fmt.Errorf("preparing the chart engine: %w", err)
	}
	call, ok := goja.AssertFunction(value)
	if !ok {
		return nil, fmt.Errorf("preparing the chart engine: no function to draw with")
	}
	return &interpreter{vm: vm, call: call}, nil
}

func (e *Engine) give(in *interpreter) {
	e.mu.Lock()
	e.idle = append(e.idle, in)
	e.mu.Unlock()
}

func (in *interpreter) render(ctx context.Context, options string, width, height int) (string, error) {
	stop := context.AfterFunc(ctx, func() { in.vm.Interrupt(ctx.Err()) })
	value, err := in.call(goja.Undefined(), in.vm.ToValue(options), in.vm.ToValue(width), in.vm.ToValue(height))
	if !stop() {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("running the chart engine: %w", err)
	}
	return value.String(), nil
}
