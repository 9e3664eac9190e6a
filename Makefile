# Thin over dev.py, which needs nothing but Python and says the same where make is missing.
PYTHON ?= python3
export PORT HOST

.NOTPARALLEL:
.PHONY: help demo test soak lint e2e docs bench lock messages release-check
help:
	@$(PYTHON) dev.py

demo test soak lint e2e docs bench lock messages release-check:
	@$(PYTHON) dev.py $@ $(ARGS)
