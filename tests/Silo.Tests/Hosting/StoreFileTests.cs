using IqdbFlat.Engine;
using IqdbFlat.Silo.Hosting;

namespace IqdbFlat.Silo.Tests.Hosting;

public sealed class StoreFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iqdbflat").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Folders_above_a_new_file_are_made()
    {
        string path = Path.Combine(_folder, "a", "b", "store.db");
        StoreFile.Check(path);
        StoreFile.Check(path);
        Assert.Empty(File.ReadAllBytes(path));
    }

    [Fact]
    public void A_file_of_another_kind_is_refused_and_left_as_it_is()
    {
        string path = Path.Combine(_folder, "notes.txt");
        File.WriteAllText(path, "notes");
        Assert.Contains("is not a file of SQLite", Assert.Throws<FlatIndexException>(() => StoreFile.Check(path)).Message, StringComparison.Ordinal);
        Assert.Equal("notes", File.ReadAllText(path));
    }

    [Fact]
    public void A_folder_in_the_files_place_and_a_file_in_the_folders_place_are_refused()
    {
        Assert.Contains("cannot be used", Assert.Throws<FlatIndexException>(() => StoreFile.Check(_folder)).Message, StringComparison.Ordinal);
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        string below = Path.Combine(file, "store.db");
        Assert.Contains("cannot be used", Assert.Throws<FlatIndexException>(() => StoreFile.Check(below)).Message, StringComparison.Ordinal);
    }
}
