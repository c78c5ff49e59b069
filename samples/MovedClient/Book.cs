using Microsoft.Extensions.VectorData;

namespace IqdbFlat.Samples.MovedClient;

/// <summary>A record as the abstraction's attributes describe it; its vector says how much it is about what.</summary>
public sealed class Book
{
    /// <summary>The books of the sample.</summary>
    public static IReadOnlyList<Book> Shelf { get; } =
    [
        new() { Id = 1, Title = "The Hobbit", Year = 1937, Tags = ["adventure", "fantasy"], Vector = Themes(dragons: 0.9f, treasure: 0.9f) },
        new() { Id = 2, Title = "Treasure Island", Year = 1883, Tags = ["adventure"], Vector = Themes(treasure: 1, sea: 0.8f) },
        new() { Id = 3, Title = "Moby-Dick", Year = 1851, Tags = ["adventure", "classic"], Vector = Themes(sea: 1) },
        new() { Id = 4, Title = "A Wizard of Earthsea", Year = 1968, Tags = ["fantasy"], Vector = Themes(dragons: 0.7f, sea: 0.7f, treasure: 0.1f) },
        new() { Id = 5, Title = "Twenty Thousand Leagues under the Seas", Year = 1870, Tags = ["adventure"], Vector = Themes(sea: 0.9f, treasure: 0.2f) },
        new() { Id = 6, Title = "The Odyssey (duplicate)", Year = 1900, Tags = ["classic"], Vector = Themes(sea: 0.9f) },
        new() { Id = 7, Title = "Beowulf", Year = 1815, Tags = ["classic"], Vector = Themes(dragons: 1, treasure: 0.3f) },
    ];

    [VectorStoreKey]
    public int Id { get; set; }

    [VectorStoreData]
    public string Title { get; set; } = "";

    [VectorStoreData]
    public int Year { get; set; }

    [VectorStoreData]
    public string[] Tags { get; set; } = [];

    [VectorStoreVector(3, DistanceFunction = DistanceFunction.CosineSimilarity)]
    public ReadOnlyMemory<float> Vector { get; set; }

    /// <summary>A stand-in for your model.</summary>
    public static ReadOnlyMemory<float> Themes(float dragons = 0, float treasure = 0, float sea = 0) => new float[] { dragons, treasure, sea };
}
