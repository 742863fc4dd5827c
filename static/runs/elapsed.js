// How long a run that is not over has taken so far, counted on once a second.

function words(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function count() {
  for (const place of document.querySelectorAll("[data-started]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(place.dataset.started)) / 1000));
    place.textContent = words(seconds);
  }
}

setInterval(count, 1_000);
document.addEventListener("live:placed", count);
document.addEventListener("htmx:afterSettle", count);
count();
