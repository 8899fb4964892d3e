# SPDX-License-Identifier: Apache-2.0
"""Makes the sample factory: equipment assets below `data/assets` and the stage `data/plants/bike_line.usda`."""
