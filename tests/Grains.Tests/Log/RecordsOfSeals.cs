namespace IqdbFlat.Grains.Tests.Log;

/// <summary>What a seal weighs: a frame of 16 bytes around kind, writer, number and checksum.</summary>
internal static class RecordsOfSeals
{
    public const int SealBytes = 16 + 1 + 16 + 8 + 8;
}
