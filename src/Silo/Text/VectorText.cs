using System.Globalization;

namespace IqdbFlat.Silo.Text;

/// <summary>Vectors as people type them, on the command line and on the page: numbers parted by commas or spaces, in brackets or not: <c>1, 2.5, -3e-2</c>.</summary>
internal static class VectorText
{
    /// <summary>Reads a vector of 1 to 65,536 finite components.</summary>
    /// <exception cref="FlatIndexException">What is not one, with the component that is wrong.</exception>
    public static float[] Parse(string text)
    {
        var body = text.AsSpan().Trim();
        if (body.Length >= 2 && body[0] == '[' && body[^1] == ']')
            body = body[1..^1];
        var components = new List<float>();
        foreach (var range in body.SplitAny(", \t\r\n"))
        {
            var part = body[range];
            if (part.IsEmpty)
                continue;
            if (components.Count == Limits.Dimension)
                throw FlatIndexException.InvalidConfig($"expected a vector of at most {Limits.Dimension} components, found more");
            if (!float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float component))
                throw FlatIndexException.InvalidConfig($"expected a number at component {components.Count} of the vector, found '{part}'");
            if (!float.IsFinite(component))
                throw FlatIndexException.InvalidVector(components.Count, component);
            components.Add(component);
        }

        return components.Count > 0 ? [.. components] : throw FlatIndexException.InvalidConfig("expected a vector of at least 1 component, found none");
    }
}
