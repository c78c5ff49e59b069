using System.Text.Json;
using IqdbFlat.Engine;

namespace IqdbFlat.Cli.Conformance;

/// <summary>Reads the filters of golden cases. Cases about hostile depth nest thousands of nodes, so nothing here recurses.</summary>
internal static class GoldenFilter
{
    /// <summary>A filter, or null: <c>{"eq":{"field":"f","value":{"int":1}}}</c>, <c>{"and":[...]}</c>, <c>{"not":{...}}</c>.</summary>
    public static Filter? Read(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        var open = new Stack<Node>();
        open.Push(new(json));
        while (true)
        {
            var node = open.Peek();
            if (node.Waiting.TryDequeue(out var child))
            {
                open.Push(new(child));
                continue;
            }

            var filter = node.Make();
            open.Pop();
            if (open.Count == 0)
                return filter;
            open.Peek().Done.Add(filter);
        }
    }

    /// <summary>A node whose children are being read.</summary>
    private sealed class Node
    {
        private readonly string _kind;
        private readonly JsonElement _body;

        public Node(JsonElement json)
        {
            if (json.ValueKind == JsonValueKind.Null)
                throw new InvalidDataException("expected a filter node, found null");
            (_kind, _body) = GoldenValues.Single(json);
            if (_kind is "and" or "or")
                Waiting = new(_body.EnumerateArray());
            else if (_kind is "not")
                Waiting.Enqueue(_body);
        }

        public Queue<JsonElement> Waiting { get; } = [];

        public List<Filter> Done { get; } = [];

        public Filter Make() => _kind switch
        {
            "eq" => MakeLeaf(Filter.Eq),
            "neq" => MakeLeaf(Filter.Neq),
            "lt" => MakeLeaf(Filter.Lt),
            "lte" => MakeLeaf(Filter.Lte),
            "gt" => MakeLeaf(Filter.Gt),
            "gte" => MakeLeaf(Filter.Gte),
            "in" => Filter.In(ReadField(), ReadValues()),
            "contains" => MakeLeaf(Filter.Contains),
            "contains_any" => Filter.ContainsAny(ReadField(), ReadValues()),
            "starts_with" => Filter.StartsWith(ReadField(), ReadText()),
            "ends_with" => Filter.EndsWith(ReadField(), ReadText()),
            "contains_text" => Filter.ContainsText(ReadField(), ReadText()),
            "and" => Filter.And([.. Done]),
            "or" => Filter.Or([.. Done]),
            "not" => Filter.Not(Done[0]),
            _ => throw new InvalidDataException($"no filter node is called '{_kind}'"),
        };

        private Filter MakeLeaf(Func<string, MetadataValue, Filter> make) => make(ReadField(), GoldenValues.ReadValue(GoldenValues.Member(_body, "value")));

        private MetadataValue[] ReadValues() => [.. GoldenValues.Member(_body, "values").EnumerateArray().Select(GoldenValues.ReadValue)];

        private string ReadText() => GoldenValues.Member(_body, "text").GetString() ?? throw new InvalidDataException("expected a text, found null");

        private string ReadField() => GoldenValues.Member(_body, "field").GetString() ?? throw new InvalidDataException("expected the name of a field, found null");
    }
}
