using Microsoft.Extensions.Options;

namespace IqdbFlat.VectorData.Hosting;

/// <summary>The name of the options of a service key: of its type and text, so that 8 and "8" have options of their own.</summary>
internal static class StoreOptionsName
{
    public static string Of(object? serviceKey) => serviceKey is null ? Options.DefaultName : $"{serviceKey.GetType().FullName}:{serviceKey}";
}
