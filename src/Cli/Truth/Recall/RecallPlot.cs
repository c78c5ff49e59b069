using System.Globalization;
using System.Text;
using System.Xml.Linq;
using IqdbFlat.Cli.Formats;

namespace IqdbFlat.Cli.Truth.Recall;

/// <summary>Recall against k as a picture: the mean, what 95 of 100 queries reach, and the least. SVG, without anything that moves or is loaded.</summary>
internal static class RecallPlot
{
    private const double Left = 64;
    private const double Top = 48;
    private const double Width = 560;
    private const double Height = 300;
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly (string Name, string Colour, Func<RecallDepth, double> Value)[] Lines =
    [
        ("mean", "#1b6ca8", depth => depth.Mean),
        ("95 % of queries reach", "#e08e0b", depth => depth.Quantile(0.05)),
        ("least", "#b03a2e", depth => depth.Quantile(0)),
    ];

    /// <summary>Writes the picture; it appears whole or not at all.</summary>
    public static void Write(string path, string title, RecallReport report)
    {
        byte[] text = Encoding.UTF8.GetBytes(Draw(title, report).ToString());
        using var file = new AtomicFile(path);
        file.Stream.Write(text);
        file.Commit();
    }

    private static XElement Draw(string title, RecallReport report)
    {
        int last = report.Depths[^1].K;
        double lowest = Math.Floor(report.Depths.Min(depth => depth.Quantile(0)) * 10) / 10;
        lowest = Math.Min(lowest, 0.9);
        double X(int k) => Left + (last == 1 ? Width / 2 : Width * Math.Log(k) / Math.Log(last));
        double Y(double recall) => Top + (Height * (1 - ((recall - lowest) / (1 - lowest))));

        var picture = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", "0 0 680 440"),
            new XAttribute("font-family", "sans-serif"),
            new XAttribute("font-size", 13),
            new XElement(Svg + "rect", new XAttribute("width", 680), new XAttribute("height", 440), new XAttribute("fill", "white")),
            Text(Left, 28, title, "start"),
            Text(Left + (Width / 2), Top + Height + 40, "k", "middle"),
            Text(Left - 8, Top - 12, "recall@k", "middle"));
        for (int i = 0; i <= 5; i++)
        {
            double recall = lowest + ((1 - lowest) * i / 5);
            picture.Add(Segment(Left, Y(recall), Left + Width, Y(recall), "#dddddd"), Text(Left - 8, Y(recall) + 4, recall.ToString("0.###", CultureInfo.InvariantCulture), "end"));
        }

        foreach (var depth in report.Depths)
            picture.Add(Segment(X(depth.K), Top + Height, X(depth.K), Top + Height + 5, "#888888"), Text(X(depth.K), Top + Height + 20, depth.K.ToString(CultureInfo.InvariantCulture), "middle"));
        for (int i = 0; i < Lines.Length; i++)
        {
            var (name, colour, value) = Lines[i];
            picture.Add(new XElement(
                Svg + "polyline",
                new XAttribute("fill", "none"),
                new XAttribute("stroke", colour),
                new XAttribute("stroke-width", 2),
                new XAttribute("points", string.Join(' ', report.Depths.Select(depth => $"{Number(X(depth.K))},{Number(Y(value(depth)))}")))));
            foreach (var depth in report.Depths)
                picture.Add(new XElement(Svg + "circle", new XAttribute("cx", Number(X(depth.K))), new XAttribute("cy", Number(Y(value(depth)))), new XAttribute("r", 3), new XAttribute("fill", colour)));
            double at = Left + (i * 180);
            picture.Add(Segment(at, 420, at + 24, 420, colour), Text(at + 30, 424, name, "start"));
        }

        return picture;
    }

    private static XElement Text(double x, double y, string text, string anchor) =>
        new(Svg + "text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), text);

    private static XElement Segment(double x1, double y1, double x2, double y2, string colour) => new(
        Svg + "line",
        new XAttribute("x1", Number(x1)),
        new XAttribute("y1", Number(y1)),
        new XAttribute("x2", Number(x2)),
        new XAttribute("y2", Number(y2)),
        new XAttribute("stroke", colour));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
