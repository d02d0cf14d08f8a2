using System.Globalization;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool.Moving;

/// <summary>
/// A spool is exported while two nodes take and deliver mail. The restored copy has every mail that was complete when the export began,
/// whole, and its references and totals are right.
/// </summary>
public sealed class An_export_under_load_is_a_consistent_backup : IDisposable
{
    private const int Senders = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task While_two_nodes_write()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var tally = await WebhookTally.StartAsync();
        await using var first = await StartAsync(postgres, tally, "first");
        await using var second = await StartAsync(postgres, tally, "second");
        string Log() => $"{first.Log}\n{second.Log}";
        var file = _folder["backup.export"];
        HashSet<int> complete;
        int after;
        await using (var load = new SteadyLoad([first, second], Senders, Pause))
        {
            await load.GoOnAsync(400, Log);
            complete = [.. load.Accepted.Keys];
            await new SpoolTool(_folder, Node.Configuration(
                _folder, postgres.ConnectionText, tally.Destination("tool"), "tool"), "tool").RunAsync("export", file);
            after = load.Accepted.Count;
            await load.StopAsync();
            Assert.Empty(load.Refused);
        }
        Assert.True(after > complete.Count, "no mail came while the export ran");
        var restored = ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [tally.Destination("restored")]);
        var tool = new SpoolTool(_folder, restored, "restored");
        var imported = (await tool.RunAsync("import", file)).StandardOutput;
        Assert.Equal(imported, (await tool.RunAsync("verify")).StandardOutput);
        await using var copy = await Appliance.StartAsync(_folder, restored, "restored");
        var mails = await SubjectsAsync(copy);
        Assert.Empty(complete.Except(mails.Keys));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{complete.Count} mails were complete, {mails.Count} are in the copy, {after} were there after it"));
        foreach (var number in complete.Order().Where((_, index) => index % 40 == 0))
        {
            var raw = await copy.GetTextAsync($"/api/v1/messages/{mails[number]}/raw");
            Assert.EndsWith(System.Text.Encoding.ASCII.GetString(MailText.Numbered(number)), raw, StringComparison.Ordinal);
        }
    }

    /// <summary>The ids of all mails, by their numbers.</summary>
    private static async Task<Dictionary<int, string>> SubjectsAsync(Appliance appliance)
    {
        var found = new Dictionary<int, string>();
        var address = "/api/v1/messages?limit=500";
        for (string? next = address; next is not null;)
        {
            var page = await appliance.GetJsonAsync(next);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                var subject = item.GetProperty("subject").GetString()!;
                found.Add(int.Parse(subject.Split(' ')[1], CultureInfo.InvariantCulture), item.GetProperty("id").GetString()!);
            }
            next = page.GetProperty("next") is { ValueKind: JsonValueKind.String } cursor
                ? $"{address}&cursor={Uri.EscapeDataString(cursor.GetString()!)}" : null;
        }
        return found;
    }

    private Task<Appliance> StartAsync(Postgres postgres, WebhookTally tally, string name) => Appliance.StartAsync(
        _folder, Node.Configuration(_folder, postgres.ConnectionText, tally.Destination(name), name), name);
}
