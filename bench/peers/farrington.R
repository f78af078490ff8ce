# farringtonFlexible of R's surveillance on weekly series: its alarms and its CPU time.
#
# usage: Rscript farrington.R SERIES.csv START OUT.csv
#
# SERIES.csv has the columns series, week and observed; weeks from START on are
# judged, with the settings that psims has by default. Debian: r-cran-surveillance.
suppressPackageStartupMessages(library(surveillance))
args <- commandArgs(trailingOnly = TRUE)
start <- as.integer(args[2])
counts <- split(read.csv(args[1]), ~series)
settings <- list(
  b = 5, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, reweight = TRUE, weightsThreshold = 2.58,
  trend = TRUE, pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.01, limit54 = c(5, 4)
)

judge <- function(one) {
  one <- one[order(one$week), ]
  weeks <- which(one$week >= start)
  observed <- sts(observed = one$observed, frequency = 52, start = c(2000, 1))
  before <- proc.time()
  judged <- farringtonFlexible(observed, control = c(list(range = weeks), settings))
  spent <- proc.time() - before
  list(
    seconds = spent[["user.self"]] + spent[["sys.self"]],
    rows = data.frame(
      series = one$series[weeks], week = one$week[weeks],
      upper = c(upperbound(judged)), alarm = as.integer(alarms(judged))
    )
  )
}

all <- lapply(counts, judge)
rows <- do.call(rbind, lapply(all, `[[`, "rows"))
seconds <- sum(vapply(all, `[[`, numeric(1), "seconds"))
write.csv(rows, args[3], row.names = FALSE, quote = FALSE)
cat(sprintf("surveillance %s: %d series-weeks, %.2f s CPU, %.1f microseconds each\n",
  packageVersion("surveillance"), nrow(rows), seconds, 1e6 * seconds / nrow(rows)))
