using System.Globalization;
using System.Text;
using InboundBridge.Benchmarks.Figures;

namespace InboundBridge.Benchmarks.DnsLatency;

/// <summary>Rates as Markdown, as shares of what the answers' time allows: medians of the rounds with their range.</summary>
internal static class DnsLatencyTable
{
    public static string Describe(DnsLatencyResult result) =>
        $"{result.System,-16} {result.Rate,8:N0} mails/s, {result.AnswersPerMail:0.0} answers of DNS a mail, p50 "
        + $"{result.Median.TotalMilliseconds:0} ms from the last octet; others took {result.Others:0%} of the machine";

    /// <param name="bound">Mails a second when no mail waits for anything but its longest chain of look-ups.</param>
    public static string Render(IEnumerable<DnsLatencyResult> results, double bound)
    {
        var table = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"The answers' time allows {bound:#,0} mails/s; asked are 0.7 of them.").AppendLine()
            .AppendLine("| system | mails/s | of what DNS allows | answers of DNS a mail | p50 ms to the 250 | others took |")
            .AppendLine("|---|---|---|---|---|---|");
        foreach (var system in results.GroupBy(result => result.System, StringComparer.Ordinal))
        {
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {system.Key} | {Spread.Of(system.Select(result => result.Rate), "#,0")} | "
                + $"{Spread.Of(system.Select(result => result.Rate / bound), "0.00")} | "
                + $"{Spread.Of(system.Select(result => result.AnswersPerMail), "0.0")} | "
                + $"{Spread.Of(system.Select(result => result.Median.TotalMilliseconds), "0")} | "
                + $"{Spread.Of(system.Select(result => result.Others * 100), "0")} % |");
        }
        return table.ToString();
    }
}
