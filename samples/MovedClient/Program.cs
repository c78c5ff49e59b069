using IqdbFlat.Samples.MovedClient;
using IqdbFlat.Samples.MovedClient.Today;
using IqdbFlat.VectorData;
using Microsoft.Extensions.VectorData;

// The program as it is today, and as it is moved: one line. (Both stand here so that they can be compared.)
using VectorStore store = args is ["today"]
    ? new ListVectorStore()
    : new IqdbFlatVectorStore();

// From here on nothing knows which store it is.
var books = store.GetCollection<int, Book>("books");
await books.EnsureCollectionExistsAsync();
await books.UpsertAsync(Book.Shelf);
await books.DeleteAsync(6);

await PrintAsync("dragons and treasure:", books.SearchAsync(Book.Themes(dragons: 1, treasure: 0.8f), top: 3));
await PrintAsync("the next two:", books.SearchAsync(Book.Themes(dragons: 1, treasure: 0.8f), top: 2, new() { Skip = 3 }));
await PrintAsync(
    "the sea, before 1900:",
    books.SearchAsync(Book.Themes(sea: 1), top: 5, new() { Filter = book => book.Year < 1900 && book.Tags.Contains("adventure") }));
await PrintAsync("the sea, at least 0.9 alike:", books.SearchAsync(Book.Themes(sea: 1), top: 5, new() { ScoreThreshold = 0.9 }));

Console.WriteLine("by year, without a vector:");
await foreach (var book in books.GetAsync(book => book.Year > 1900, top: 3, new() { OrderBy = order => order.Ascending(book => book.Year) }))
    Console.WriteLine($"  {book.Year} {book.Title}");
Console.WriteLine($"number 2: {(await books.GetAsync(2))?.Title ?? "none"}; number 6: {(await books.GetAsync(6))?.Title ?? "none"}");

static async Task PrintAsync(string what, IAsyncEnumerable<VectorSearchResult<Book>> results)
{
    Console.WriteLine(what);
    await foreach (var result in results)
        Console.WriteLine($"  {result.Score:F4} {result.Record.Title}");
}
