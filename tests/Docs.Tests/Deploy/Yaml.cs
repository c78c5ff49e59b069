using YamlDotNet.RepresentationModel;

namespace IqdbFlat.Docs.Tests.Deploy;

/// <summary>YAML files of deploy/, as trees.</summary>
internal static class Yaml
{
    public static IReadOnlyList<YamlMappingNode> Documents(string path)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(Repository.Read(path));
        stream.Load(reader);
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    /// <summary>What lies at a path of keys and places, as in <c>spec.template.spec.containers.0.image</c>; a failure that names what is missing.</summary>
    public static YamlNode At(this YamlNode node, string path)
    {
        foreach (string step in path.Split('.'))
        {
            node = node switch
            {
                YamlSequenceNode list => list.Children[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)],
                YamlMappingNode map when map.Children.TryGetValue(step, out var child) => child,
                _ => throw new Xunit.Sdk.XunitException($"There is no {step} of {path} in {node}"),
            };
        }

        return node;
    }

    public static string Text(this YamlNode node, string path) => ((YamlScalarNode)node.At(path)).Value!;

    public static IEnumerable<YamlNode> List(this YamlNode node, string path) => ((YamlSequenceNode)node.At(path)).Children;
}
