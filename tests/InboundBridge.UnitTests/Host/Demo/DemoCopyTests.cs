using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InboundBridge.Configuration.Sources;
using InboundBridge.Demo;
using InboundBridge.Hosting;
using InboundBridge.Setup;
using InboundBridge.Setup.Reloading;
using InboundBridge.UnitTests.Host.Commands;
using InboundBridge.Yaml;
using Microsoft.Extensions.Logging.Abstractions;

namespace InboundBridge.UnitTests.Host.Demo;

/// <summary>
/// "Copy as a test" as somebody uses it: each mail of the demo is copied from its page and pasted where the page says, into a file with
/// tests and into one without; then <c>inboundbridge test</c> passes.
/// </summary>
public sealed partial class DemoCopyTests
{
    private const string WithTests = "zz-deliver.yaml";
    private const string WithoutTests = "aa-first.yaml";

    [Fact]
    public async Task A_copy_of_each_mail_of_the_demo_passes_where_it_is_pasted()
    {
        var stop = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("inboundbridge-copies-").FullName;
        try
        {
            await using var dns = new DemoDns(DemoSenders.Records);
            var source = await WriteAsync(folder, dns.Address, stop);
            await using var scripts = new ScriptWorkers(TimeProvider.System);
            var problems = new SourceProblems();
            var setup = await ApplianceSetup.LoadAsync(source, scripts, problems, stop);
            Assert.False(problems.HasErrors);
            await using var appliance = await Appliance.StartAsync(
                setup!, NullLoggerFactory.Instance, TimeProvider.System, stop, new ReloadSource(source, scripts));
            var sent = await SendAsync(appliance, stop);
            using var http = new HttpClient { BaseAddress = new Uri($"http://{AddressOf(appliance, "http", null)}") };
            var ids = await IdsAsync(http, stop);
            Assert.Equal(sent, ids.Count);
            var before = await TestsAsync(folder);
            foreach (var id in ids)
            {
                await PasteAsync(http, folder, id, WithTests);
                await PasteAsync(http, folder, id, WithoutTests);
            }
            Assert.Equal(before + (2 * ids.Count), await TestsAsync(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<ConfigurationSource> WriteAsync(string folder, string dns, CancellationToken stop)
    {
        var rules = Directory.CreateDirectory(Path.Combine(folder, "rules")).FullName;
        await DemoRules.WriteAsync(rules, stop);
        await File.WriteAllTextAsync(
            Path.Combine(rules, WithoutTests),
            "rules:\n  - { name: never, when: { subject: nothing at all }, then: [ hold: never ] }\n\n", stop);
        await File.WriteAllTextAsync(
            Path.Combine(folder, ConfigurationSource.DefaultFile),
            DemoConfiguration.Text(
                "http://127.0.0.1:9/", "whsec_b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXI=", dns, new DemoPorts(0, 0)), stop);
        return ConfigurationSource.OfProcess(ConfigurationSource.DefaultFile, ["http.listen=127.0.0.1:0"]) with { CurrentFolder = folder };
    }

    /// <summary>Returns how many were accepted.</summary>
    private static async Task<int> SendAsync(Appliance appliance, CancellationToken stop)
    {
        var sender = new DemoSender(
            IPEndPoint.Parse(AddressOf(appliance, "smtp", DemoConfiguration.Proxied)),
            IPEndPoint.Parse(AddressOf(appliance, "smtp", DemoConfiguration.Direct)), TimeProvider.System);
        var hour = Enumerable.Range(0, DemoHour.Minutes).SelectMany(minute => DemoHour.At(minute, TimeProvider.System.GetUtcNow()));
        var accepted = 0;
        // The ordinary mails repeat themselves.
        foreach (var mail in DemoMails.All.Concat(hour.DistinctBy(mail => (mail.Sender, mail.Recipient, mail.Octets.Length))))
        {
            if ((await sender.SendAsync(mail, stop)).IsPositive)
                accepted++;
        }
        Assert.InRange(accepted, 15, 80);
        return accepted;
    }

    private static string AddressOf(Appliance appliance, string kind, string? name) =>
        appliance.Endpoints.First(endpoint => endpoint.Kind == kind && (name is null || endpoint.Name == name)).Address;

    private static async Task<List<string>> IdsAsync(HttpClient http, CancellationToken stop)
    {
        var list = JsonNode.Parse(await http.GetStringAsync("/api/v1/messages?limit=100", stop))!;
        return [.. list["items"]!.AsArray().Select(item => (string)item!["id"]!)];
    }

    /// <summary>Copies the text of the page and does what the page says.</summary>
    private static async Task PasteAsync(HttpClient http, string folder, string id, string file)
    {
        var page = await http.GetStringAsync($"/ui/messages/{id}/test?file={file}", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<p class=\"notice", page, StringComparison.Ordinal);
        var text = WebUtility.HtmlDecode(Copied().Match(page).Groups["text"].Value);
        var where = Where().Match(WebUtility.HtmlDecode(page));
        Assert.True(where.Success, page);
        Assert.Equal(file, where.Groups["file"].Value);
        var path = Path.Combine(folder, "rules", file);
        var lines = (await File.ReadAllLinesAsync(path)).ToList();
        if (where.Groups["line"].Value is { Length: > 0 } line)
            lines.Insert(int.Parse(line, CultureInfo.InvariantCulture), text.TrimEnd('\n'));
        else
            lines.Add(text.TrimEnd('\n'));
        await File.WriteAllLinesAsync(path, lines);
    }

    /// <summary>Runs the tests, which must pass, and returns how many there are.</summary>
    private static async Task<int> TestsAsync(string folder)
    {
        var run = new CommandRun();
        var code = await run.RunAsync("test", "--config", Path.Combine(folder, ConfigurationSource.DefaultFile));
        Assert.True(code == 0, run.Out + run.Error);
        return int.Parse(Passed().Match(run.Error).Groups["count"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("<pre [^>]*data-copy[^>]*>(?<text>.*?)</pre>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Copied();

    [GeneratedRegex(@"Paste it (below line (?<line>\d+)|at the end) of (?<file>[\w.-]+)[.,]", RegexOptions.ExplicitCapture)]
    private static partial Regex Where();

    [GeneratedRegex(@"(?<count>\d+) of \d+ tests passed", RegexOptions.ExplicitCapture)]
    private static partial Regex Passed();
}
