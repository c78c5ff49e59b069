using IqdbFlat.Cli.Chaos.Processes;
using IqdbFlat.Cli.Chaos.Servers;

namespace IqdbFlat.Cli.Chaos;

/// <summary>A chaos run.</summary>
/// <param name="Seed">What writers write and which silos are killed when.</param>
/// <param name="Length">No round begins after it.</param>
/// <param name="Kills">No round begins after so many.</param>
/// <param name="Silos">How many silos.</param>
/// <param name="Storage">Where they keep records.</param>
/// <param name="Program">The silos' program.</param>
/// <param name="Folder">Where stores, silos and their logs lie.</param>
internal sealed record ChaosSettings(ulong Seed, TimeSpan Length, int Kills, int Silos, ChaosStorage Storage, SiloProgram Program, string Folder);
