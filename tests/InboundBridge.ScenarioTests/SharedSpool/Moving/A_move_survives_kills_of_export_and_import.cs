using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool.Moving;

/// <summary>
/// A spool with mail that waits is moved from its directory into PostgreSQL and back. Export and import are killed (kill -9) again and
/// again at random moments, and go on with the same command.
/// </summary>
public sealed class A_move_survives_kills_of_export_and_import : IDisposable
{
    private const int Senders = 8;

    private const int MailsOfASender = 120;

    private const int Mails = Senders * MailsOfASender;

    private const int Large = 4;

    /// <summary>Of each export, and of each import.</summary>
    private const int Kills = 2;

    private readonly PeerFolder _folder = new();
    private readonly List<string> _killed = [];
    private readonly int _seed = RandomNumberGenerator.GetInt32(int.MaxValue);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_nothing_is_lost_or_doubled()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var tally = await WebhookTally.StartAsync();
        var waits = ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [tally.Destination("old")]);
        await FillAsync(waits);
        var (embedded, shared, back) = (
            Tool(waits, "old"), Tool(Node.Configuration(_folder, postgres.ConnectionText, tally.Destination("new"), "new"), "new"),
            Tool(Placed(waits, "back"), "back"));
        var before = (await embedded.RunAsync("verify")).StandardOutput;
        var random = new Random(_seed);
        await MoveAsync(embedded, shared, "there.export", random);
        Assert.Equal(before, (await shared.RunAsync("verify")).StandardOutput);
        await MoveAsync(shared, back, "back.export", random);
        Assert.Equal(before, (await back.RunAsync("verify")).StandardOutput);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {_seed}; killed: {string.Join(", ", _killed)}");
        // Neither of the old spools delivers any more.
        await RefusedAsync(waits);
        await RefusedAsync(Node.Configuration(_folder, postgres.ConnectionText, tally.Destination("late"), "late"));
        Assert.Empty(tally.Arrivals);
        await using var appliance = await Appliance.StartAsync(_folder, Placed(waits, "back"), "back");
        await appliance.PostAsync("/api/v1/destinations/app/resume");
        await Deadline.Usual.UntilAsync(() => tally.Mails == Mails + Large, "every mail", () => $"{tally.Mails} came\n{appliance.Log}");
        await appliance.QueueEmptyAsync();
        Assert.Equal(Mails + Large, tally.Arrivals.Count);
        Assert.Equal(Mails + Large, tally.Arrivals.Select(arrival => arrival.Id).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Mail for a destination that is paused, some of it large, so that it lies in files of its own.</summary>
    private async Task FillAsync(string configuration)
    {
        await using var appliance = await Appliance.StartAsync(_folder, configuration, "old");
        (await appliance.PostAsync("/api/v1/destinations/app/pause")).EnsureSuccessStatusCode();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(
            appliance, Enumerable.Range(sender * MailsOfASender, MailsOfASender).Select(number => MailText.Numbered(number)))));
        await SendAsync(appliance, Enumerable.Range(Mails, Large).Select(number => Padded(MailText.Numbered(number), 1_500_000)));
        Assert.Equal(0, await appliance.StopAsync());
    }

    private static byte[] Padded(byte[] mail, int size)
    {
        var line = "0123456789012345678901234567890123456789012345678901234567890123456789\r\n"u8;
        var padded = new MemoryStream(size + mail.Length);
        padded.Write(mail);
        while (padded.Length < size)
            padded.Write(line);
        return padded.ToArray();
    }

    private static async Task SendAsync(Appliance appliance, IEnumerable<byte[]> mails)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        foreach (var mail in mails)
        {
            Assert.StartsWith(
                "250", await conversation.SendAsync(mail, "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        }
    }

    private async Task MoveAsync(SpoolTool from, SpoolTool to, string name, Random random)
    {
        var file = _folder[name];
        await KillAgainAndAgainAsync(from, random, "export", "--move", file);
        if (!File.Exists(file))
            await from.RunAsync("export", "--move", file);
        await KillAgainAndAgainAsync(to, random, "import", file);
        await to.RunAsync("import", file);
    }

    /// <summary>The first run, which is killed late, tells how long one takes on this machine.</summary>
    private async Task KillAgainAndAgainAsync(SpoolTool tool, Random random, params string[] arguments)
    {
        var most = TimeSpan.FromMilliseconds(600);
        for (var kill = 0; kill < Kills; kill++)
        {
            var after = TimeSpan.FromMilliseconds(150 + random.NextDouble() * most.TotalMilliseconds);
            var watch = Stopwatch.StartNew();
            if (!await tool.KillAsync(after, arguments))
                return;
            _killed.Add(string.Create(CultureInfo.InvariantCulture, $"{arguments[0]} after {watch.ElapsedMilliseconds} ms"));
            most *= 1.5;
        }
    }

    private async Task RefusedAsync(string configuration)
    {
        var file = _folder.Write("closed.yaml", configuration
            .Replace(Appliance.SmtpAddress, "127.0.0.1:0", StringComparison.Ordinal)
            .Replace(Appliance.HttpAddress, "127.0.0.1:0", StringComparison.Ordinal));
        var run = await Appliance.RunAsync(["run", "--config", file], _folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("was moved", run.Output, StringComparison.Ordinal);
    }

    private static string Placed(string configuration, string path) =>
        configuration.Replace("spool: { path: data,", $"spool: {{ path: {path},", StringComparison.Ordinal);

    private SpoolTool Tool(string configuration, string name) => new(_folder, configuration, name);
}
