using System.Reflection;

namespace IqdbFlat.Abstractions.Tests.Frozen;

/// <summary>The kept bytes, as hexadecimal text of 64 bytes a line.</summary>
internal static class FrozenBytes
{
    private const int BytesPerLine = 64;

    public static string? TextOf(string name)
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".hex");
        if (file is null)
            return null;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd();
    }

    public static byte[] Of(string name)
    {
        string? text = TextOf(name);
        Assert.True(text is not null, $"There are no kept bytes for {name}: Frozen/{name}.hex is missing.");
        return Convert.FromHexString(text!.Replace("\n", "", StringComparison.Ordinal));
    }

    public static string Format(byte[] bytes) => string.Join('\n', bytes.Chunk(BytesPerLine).Select(Convert.ToHexStringLower));
}
