// A cited page opens at its excerpt, also in browsers that don't know text fragments.

document.getElementById("excerpt")?.scrollIntoView({ block: "center" });
