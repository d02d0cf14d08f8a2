using System.Text;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.MimeReaders;

/// <summary>Costs as Markdown: medians of the rounds with their range, and the medians of the ratios within the rounds.</summary>
internal static class ReaderTable
{
    public static string Ordinary(IReadOnlyList<string> readers, IEnumerable<ReaderRow> rows) =>
        Render(readers, rows, "mails", ("µs CPU", cost => cost.Cpu.TotalMicroseconds), ("KB", cost => cost.Octets / 1024));

    public static string Hostile(IReadOnlyList<string> readers, IEnumerable<ReaderRow> rows) =>
        Render(readers, rows, "hostile mail", ("ms CPU", cost => cost.Cpu.TotalMilliseconds), ("MB", cost => cost.Octets / 1024 / 1024));

    private static string Render(
        IReadOnlyList<string> readers, IEnumerable<ReaderRow> rows, string first,
        params (string Unit, Func<ReaderCost, double> Value)[] measures)
    {
        var all = rows.ToList();
        var isCompared = all.Exists(row => row.Agreement is not null);
        List<string> heads = [first];
        foreach (var (unit, _) in measures)
            heads.AddRange([.. readers.Select(reader => $"{unit}, {reader}"), "times"]);
        if (isCompared)
            heads.Add("same answers");
        var table = new StringBuilder().Append("| ").AppendJoin(" | ", heads).AppendLine(" |")
            .Append('|').AppendJoin("|", heads.Select(_ => "---")).AppendLine("|");
        foreach (var row in all)
        {
            List<string> cells = [row.Name];
            foreach (var (_, value) in measures)
                cells.AddRange([.. row.Figures.Select(figures => Cell(figures, value)), Ratio(row.Figures, value)]);
            if (isCompared)
                cells.Add(row.Agreement ?? "");
            table.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
        }

        return table.ToString();
    }

    private static string Cell(ReaderFigures figures, Func<ReaderCost, double> value) =>
        figures.Stopped ?? Spread.Of(figures.Costs.Select(value), Format(figures.Costs.Select(value)));

    /// <summary>How many times the first reader's cost the second one's is.</summary>
    private static string Ratio(IReadOnlyList<ReaderFigures> figures, Func<ReaderCost, double> value)
    {
        if (figures.Any(reader => reader.Stopped is not null))
            return "–";
        var ratios = figures[0].Costs.Zip(figures[1].Costs, (first, second) => value(second) / value(first)).ToList();
        return Spread.Of(ratios, Format(ratios));
    }

    /// <summary>Three digits at least.</summary>
    private static string Format(IEnumerable<double> values) => Spread.Median(values) switch
    {
        < 10 => "0.00",
        < 100 => "0.0",
        _ => "#,0",
    };
}
