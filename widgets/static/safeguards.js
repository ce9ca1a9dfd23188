// What is late has a shape of its own, and words beside it: the only red of a managers' page.

MARKS.late = ['<path class="lfr-late-shape" d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z" fill="currentColor"/>', "#b3261e", "#ff9a91"];
