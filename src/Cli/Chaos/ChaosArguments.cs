using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Chaos;

/// <summary>The options of <c>chaos</c>, and the settings that they make.</summary>
internal sealed class ChaosArguments
{
    private const int MostSilos = 16;
    private const double MostMinutes = 60 * 24 * 30;

    private readonly Option<string> _minutes = new("--minutes") { Description = "How long; the last round is finished", HelpName = "N", DefaultValueFactory = _ => "5" };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "What is written, and which silos are killed when; a random one where it is not given", HelpName = "S" };
    private readonly Option<int?> _silos = new("--silos") { Description = "Silos; 3 where it is not given, 1 with sqlite", HelpName = "N" };
    private readonly Option<string> _storage = new("--storage") { Description = "Where records are kept: postgresql, redis or sqlite. The server is started for the run", HelpName = "S", DefaultValueFactory = _ => "postgresql" };
    private readonly Option<int?> _kills = new("--kills") { Description = "End after so many kills, if that is earlier", HelpName = "N" };
    private readonly Option<string?> _folder = new("--folder") { Description = "Keep stores and logs in this folder, which is made; a temporary one, removed when all went well, where it is not given", HelpName = "DIR" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] options = [_minutes, _seed, _silos, _storage, _kills, _folder];
        foreach (var option in options)
            command.Add(option);
    }

    /// <summary>Reads them; the folder is made.</summary>
    /// <exception cref="FlatIndexException"><see cref="FlatErrorKind.InvalidConfig"/> for what cannot be.</exception>
    public ChaosSettings Read(ParseResult values)
    {
        var storage = ReadStorage(values.GetValue(_storage)!);
        int silos = values.GetValue(_silos) ?? (storage == ChaosStorage.Sqlite ? 1 : 3);
        if (silos is < 1 or > MostSilos)
            throw FlatIndexException.InvalidConfig($"--silos is 1 to {MostSilos}, found {silos}");
        ChaosStores.Check(storage, silos);
        int kills = values.GetValue(_kills) ?? int.MaxValue;
        if (kills < 1)
            throw FlatIndexException.InvalidConfig($"--kills is 1 or more, found {kills}");
        ulong seed = values.GetValue(_seed) ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        return new(seed, ReadMinutes(values.GetValue(_minutes)!), kills, silos, storage, SiloProgram.Built, MakeFolder(values.GetValue(_folder)));
    }

    /// <summary>Whether the folder was asked for, and is kept.</summary>
    public bool KeepsFolder(ParseResult values) => values.GetValue(_folder) is not null;

    private static string MakeFolder(string? folder)
    {
        if (folder is null)
            return Directory.CreateTempSubdirectory("iqdbflat-chaos-").FullName;
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw FlatIndexException.InvalidConfig($"--folder must be new or empty, and '{folder}' is not");
        return Directory.CreateDirectory(folder).FullName;
    }

    private static TimeSpan ReadMinutes(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double minutes) && minutes is > 0 and <= MostMinutes
            ? TimeSpan.FromMinutes(minutes)
            : throw FlatIndexException.InvalidConfig($"--minutes is a number above 0 and at most {MostMinutes}, found '{text}'");

    private static ChaosStorage ReadStorage(string text) => text switch
    {
        "postgresql" => ChaosStorage.PostgreSql,
        "redis" => ChaosStorage.Redis,
        "sqlite" => ChaosStorage.Sqlite,
        _ => throw FlatIndexException.InvalidConfig($"--storage is postgresql, redis or sqlite, found '{text}'"),
    };
}
