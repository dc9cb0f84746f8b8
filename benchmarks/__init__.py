"""What the register measures about itself: `script/benchmark NAME`. Figures are in docs/performance.md."""
