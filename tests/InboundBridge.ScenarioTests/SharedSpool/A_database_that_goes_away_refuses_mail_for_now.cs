using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

public sealed class A_database_that_goes_away_refuses_mail_for_now : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The database is killed twice while clients send to two nodes. Nobody gets a 5xx, and each mail with 250 arrives.</summary>
    [Fact]
    public async Task And_takes_it_again_with_nothing_lost()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var first = await StartAsync(postgres, receiver, "first");
        await using var second = await StartAsync(postgres, receiver, "second");
        var sent = new Sent();
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, 8).Select(index => sent.SendAsync(index % 2 == 0 ? first : second, stop.Token)).ToList();
        for (var kill = 0; kill < 2; kill++)
        {
            var before = sent.Accepted.Count;
            await Deadline.Usual.UntilAsync(() => sent.Accepted.Count >= before + 100, "100 mails", () => first.Log);
            await postgres.KillAsync();
            var refused = sent.Refused.Count;
            await Deadline.Usual.UntilAsync(() => sent.Refused.Count >= refused + 8, "refusals", () => first.Log);
            await NodesAreListedAsync(second);
            var accepted = sent.Accepted.Count;
            await postgres.StartAgainAsync();
            await Deadline.InSeconds(10).UntilAsync(() => sent.Accepted.Count > accepted, "mail taken again", () => first.Log);
        }
        await stop.CancelAsync();
        await Task.WhenAll(senders);
        Assert.All(sent.Refused, reply => Assert.StartsWith("451", reply, StringComparison.Ordinal));
        Assert.True(sent.LongestRefusal < TimeSpan.FromSeconds(5), $"a refusal took {sent.LongestRefusal}");
        await Deadline.Usual.UntilAsync(
            () => Arrived(receiver).IsSupersetOf(sent.Accepted), "every mail with 250",
            () => $"missing: {string.Join(", ", sent.Accepted.Except(Arrived(receiver)))}\n{first.Log}\n{second.Log}");
        await first.QueueEmptyAsync();
        QuietlyLogged(first.Log, outages: 2);
        QuietlyLogged(second.Log, outages: 2);
    }

    /// <summary>A node shows what it knows, and since when it knows no more.</summary>
    private static async Task NodesAreListedAsync(Appliance node)
    {
        var listed = (await Appliance.RunAsync(["nodes", "list", "--server", node.Url("/")])).Succeeded("nodes list");
        Assert.Contains("database away since", listed.StandardError, StringComparison.Ordinal);
        Assert.Equal(2, listed.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("database away since", await node.GetTextAsync("/ui/configuration"), StringComparison.Ordinal);
    }

    /// <summary>One line when the database goes and one when it is back, and no stack trace.</summary>
    private static void QuietlyLogged(string log, int outages)
    {
        Assert.InRange(Count("the database of the shared spool failed"), outages, outages + 2);
        Assert.InRange(Count("seconds=.* failures="), outages, outages + 2);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
        Assert.DoesNotContain("exception=", log, StringComparison.Ordinal);

        int Count(string pattern) => Regex.Count(log, pattern, RegexOptions.ExplicitCapture);
    }

    private static HashSet<string> Arrived(WebhookReceiver receiver) =>
        receiver.Accepted.Select(request => request.Data.GetProperty("subject").GetString()!).ToHashSet();

    private Task<Appliance> StartAsync(Postgres postgres, WebhookReceiver receiver, string name) =>
        Appliance.StartAsync(_folder, Node.Configuration(_folder, postgres, receiver, name), name);

    private sealed class Sent
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

        private int _next;
        private long _longest;

        public ConcurrentBag<string> Accepted { get; } = [];

        public ConcurrentBag<string> Refused { get; } = [];

        public TimeSpan LongestRefusal => TimeSpan.FromTicks(Interlocked.Read(ref _longest));

        /// <summary>Sends mail after mail, after a refusal on a new connection and not at once, as senders do.</summary>
        public async Task SendAsync(Appliance node, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                await using (var conversation = await SmtpConversation.OpenAsync(node.SmtpPort))
                {
                    while (!stop.IsCancellationRequested && await IsAcceptedAsync(conversation))
                    {
                    }
                }
                await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }

        private async Task<bool> IsAcceptedAsync(SmtpConversation conversation)
        {
            var number = Interlocked.Increment(ref _next);
            var started = Stopwatch.GetTimestamp();
            var reply = await conversation.SendAsync(MailText.Numbered(number), "al@sender.test", "support@example.com");
            if (reply.StartsWith("250", StringComparison.Ordinal))
            {
                Accepted.Add($"number {number}");
                return true;
            }
            Refused.Add(reply);
            Note(Stopwatch.GetElapsedTime(started));
            return false;
        }

        private void Note(TimeSpan time)
        {
            for (var longest = Interlocked.Read(ref _longest); time.Ticks > longest; longest = Interlocked.Read(ref _longest))
                Interlocked.CompareExchange(ref _longest, time.Ticks, longest);
        }
    }
}
