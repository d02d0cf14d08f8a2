using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using InboundBridge.Benchmarks.EndToEnd;
using InboundBridge.Benchmarks.Figures;
using InboundBridge.Benchmarks.Spool;

namespace InboundBridge.Benchmarks.UiPages;

/// <summary>Fills a spool, starts the appliance on it, and asks for each page and filter of the web UI in turn.</summary>
internal sealed partial class UiListsBenchmark(ApplianceBuild build, string folder, int messages, int rounds)
{
    /// <summary>Rounds that don't count: the runtime compiles what is called often anew.</summary>
    private const int WarmUp = 5;

    /// <summary>Pages of the web UI, and what is measured with each.</summary>
    private static readonly (string Name, string Path)[] Pages =
    [
        ("overview", "/ui"),
        ("messages", "/ui/messages"),
        ("a usual sender", "/ui/messages?sender=customer77%40sender"),
        ("a rare sender", "/ui/messages?sender=rare%40rare.test"),
        ("a recipient", "/ui/messages?recipient=support%2B42%40example.com"),
        ("no such recipient", "/ui/messages?recipient=nobody%40example.com"),
        ("a part of many subjects", "/ui/messages?subject=usual"),
        ("a part of few subjects", "/ui/messages?subject=%5B%23577%5D"),
        ("no such subject", "/ui/messages?subject=there+is+none"),
        ("no such subject, not in ASCII", "/ui/messages?subject=gr%C3%BC%C3%9Fe"),
        ("a tag", "/ui/messages?tag=order"),
        ("a rare tag", "/ui/messages?tag=rare"),
        ("a rule", "/ui/messages?rule=rule+7"),
        ("a rare rule", "/ui/messages?rule=a+rare+rule"),
        ("state delivered", "/ui/messages?state=delivered"),
        ("state dead", "/ui/messages?state=dead"),
        ("state held, older than 15 days", "/ui/messages?state=held&before=15d"),
        ("state pending: none", "/ui/messages?state=pending"),
        ("the last hour", "/ui/messages?since=1h"),
        ("older than 10 days", "/ui/messages?before=10d"),
        ("older than 10 days, no such subject", "/ui/messages?before=10d&subject=there+is+none"),
        ("a usual sender, dead, with a tag", "/ui/messages?sender=customer&state=dead&tag=order"),
        ("a tag, no such sender", "/ui/messages?tag=order&sender=nobody"),
        ("dead, no such subject", "/ui/messages?state=dead&subject=there+is+none"),
        ("a rule, between 15 and 10 days", "/ui/messages?rule=rule+7&since=15d&before=10d"),
        ("deliveries", "/ui/deliveries"),
        ("deliveries: dead", "/ui/deliveries?state=dead"),
        ("deliveries: delivered", "/ui/deliveries?state=delivered"),
        ("deliveries: of a destination", "/ui/deliveries?destination=app"),
        ("deliveries: of a destination with few", "/ui/deliveries?destination=down"),
        ("deliveries: held of a destination", "/ui/deliveries?state=held&destination=app"),
        ("destinations", "/ui/destinations"),
        ("a destination", "/ui/destinations/app"),
        ("rules", "/ui/rules"),
        ("log", "/ui/log"),
        ("configuration", "/ui/configuration"),
    ];

    public async Task<int> RunAsync(string? markdownFile, CancellationToken cancellation)
    {
        var configuration = await FillAsync(cancellation);
        // Not inside the configuration's folder, which the appliance watches for changes.
        var (process, _) = await InboundBridgeSystem.LaunchAsync(build, configuration, $"{folder}.log", cancellation);
        await using var ends = process;
        using var client = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{InboundBridgeSystem.HttpPort(process.Log)}"),
            Timeout = TimeSpan.FromMinutes(1),
        };
        var pages = await WithOlderAsync(client, cancellation);
        var table = await MeasureAsync(client, pages, cancellation) + await WalkAsync(client, cancellation);
        Console.Write(table);
        if (markdownFile is not null)
            await File.WriteAllTextAsync(markdownFile, table, cancellation);
        await process.TerminateAsync(cancellation);
        return 0;
    }

    private async Task<string> FillAsync(CancellationToken cancellation)
    {
        var mark = Path.Combine(folder, "filled");
        if (!File.Exists(mark) || await File.ReadAllTextAsync(mark, cancellation) != Text(messages))
        {
            LoadRun.Empty(folder);
            await using (var spool = await SpoolBenchmark.OpenAsync(Path.Combine(folder, "data")))
                await new SpoolFill(spool, messages).RunAsync(cancellation);
            await File.WriteAllTextAsync(mark, Text(messages), cancellation);
        }
        return await ApplianceConfiguration.WriteAsync(
            folder, 0, ApplianceConfiguration.Rules(50, "webhook"), "webhook", ApplianceConfiguration.Webhook(port: 9, "json"),
            cancellation, retain: "3650d", more: $"  down: {{ webhook: {ApplianceConfiguration.Webhook(port: 9, "json")} }}\n");
    }

    /// <summary>The pages, and behind each the next older one.</summary>
    private static async Task<List<(string Name, string Path)>> WithOlderAsync(HttpClient client, CancellationToken cancellation)
    {
        var pages = new List<(string, string)>();
        foreach (var (name, path) in Pages)
        {
            pages.Add((name, path));
            if (Older().Match(await client.GetStringAsync(new Uri(path, UriKind.Relative), cancellation)) is { Success: true } older)
                pages.Add(($"{name}: next page", WebUtility.HtmlDecode(older.Groups[1].Value)));
        }
        return pages;
    }

    private async Task<string> MeasureAsync(
        HttpClient client, List<(string Name, string Path)> pages, CancellationToken cancellation)
    {
        var (times, sizes) = (pages.Select(_ => new List<double>()).ToList(), new int[pages.Count]);
        for (var round = -WarmUp; round < rounds; round++)
        {
            for (var step = 0; step < pages.Count; step++)
            {
                // Each round begins elsewhere, so that no page always follows the same one.
                var page = (step + Math.Abs(round)) % pages.Count;
                var start = Stopwatch.GetTimestamp();
                var octets = await client.GetByteArrayAsync(new Uri(pages[page].Path, UriKind.Relative), cancellation);
                if (round >= 0)
                    times[page].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                sizes[page] = octets.Length;
            }
        }
        var table = new StringBuilder(
            $"{messages:N0} messages, {rounds} rounds in turn. {MachineState.Describe(folder)}\n\n"
            + "| page | p50 ms | p95 ms | maximum ms | KiB |\n|---|---|---|---|---|\n");
        for (var page = 0; page < pages.Count; page++)
        {
            List<double> sorted = [.. times[page].Order()];
            table.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {pages[page].Name} | {Spread.Percentile(sorted, 50):0.0} | {Spread.Percentile(sorted, 95):0.0} | {sorted[^1]:0.0} "
                + $"| {sizes[page] / 1024} |");
        }
        var worst = times.Max(each => Spread.Percentile([.. each.Order()], 95));
        return table.AppendLine(CultureInfo.InvariantCulture, $"\nThe slowest page has a p95 of {worst:0.0} ms.").ToString();
    }

    /// <summary>Goes on through the whole spool for something that is not there.</summary>
    private static async Task<string> WalkAsync(HttpClient client, CancellationToken cancellation)
    {
        var text = new StringBuilder("\n| searched for in the whole spool | pages | seconds |\n|---|---|---|\n");
        foreach (var (name, first) in new[]
        {
            ("no such subject", "/ui/messages?subject=there+is+none"), ("no such tag", "/ui/messages?tag=none"),
            ("dead, no such subject", "/ui/messages?state=dead&subject=there+is+none"),
        })
        {
            var (pages, start, path) = (0, Stopwatch.GetTimestamp(), first);
            for (; ; pages++)
            {
                if (!(Older().Match(await client.GetStringAsync(new Uri(path, UriKind.Relative), cancellation)) is { Success: true } older))
                    break;
                path = WebUtility.HtmlDecode(older.Groups[1].Value);
            }
            text.AppendLine(
                CultureInfo.InvariantCulture, $"| {name} | {pages + 1} | {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} |");
        }
        return text.ToString();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("href=\"([^\"]*)\"[^>]*>(?:Search older ones|Older) →")]
    private static partial Regex Older();
}
