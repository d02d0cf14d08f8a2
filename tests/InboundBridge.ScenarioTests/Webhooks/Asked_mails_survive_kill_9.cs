using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Webhooks;

/// <summary>
/// The appliance is killed again and again while receivers are being asked, at random points around their answers. Senders come again with
/// whatever they heard nothing about. Nothing that was accepted is lost, nothing that was refused is delivered later, and a repeat has the
/// id of the first request.
/// </summary>
public sealed class Asked_mails_survive_kill_9 : IDisposable
{
    private const int Senders = 4;

    /// <summary>At most so many answers between two kills.</summary>
    private const int AnswersBetween = 12;

    private static readonly int Kills =
        int.Parse(Environment.GetEnvironmentVariable("INBOUNDBRIDGE_KILLS") ?? "10", CultureInfo.InvariantCulture);

    private readonly PeerFolder _folder = new();
    private readonly ConcurrentDictionary<int, string> _heard = new();
    private readonly ConcurrentQueue<int> _unheard = new();
    private int _next;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_their_senders_know_what_became_of_them()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await receiver.AnswerMixedAsync();
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("webhook: app"),
            [ApplianceSetup.Webhook("app", receiver, more: "mode: sync, " + ApplianceSetup.FastRetries)]));
        var random = new Random(16);
        for (var kill = 0; kill < Kills; kill++)
        {
            var until = receiver.Requests.Count + random.Next(1, AnswersBetween);
            var senders = Enumerable.Range(0, Senders).Select(_ => SendUntilCutOffAsync(appliance, isLast: false)).ToList();
            await Deadline.Usual.UntilAsync(() => receiver.Requests.Count >= until, "some requests", () => appliance.Log);
            await appliance.KillAsync();
            await Task.WhenAll(senders);
            await appliance.StartAsync();
        }
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => SendUntilCutOffAsync(appliance, isLast: true)));
        await appliance.QueueEmptyAsync();

        var requests = receiver.Requests.GroupBy(request => NumberOf(request)).ToDictionary(group => group.Key, group => group.ToList());
        Assert.All(requests.Values, attempts => Assert.Single(attempts.Select(request => request.Id).Distinct()));
        Assert.Equal(_next, _heard.Count);
        foreach (var (number, reply) in _heard)
        {
            var taken = requests[number].Exists(request => request.Status == 200);
            Assert.True(taken == reply.StartsWith("250", StringComparison.Ordinal), $"mail {number} heard {reply}; taken: {taken}");
        }
        Assert.Contains(_heard.Values, reply => reply.StartsWith("554 5.7.1 as agreed", StringComparison.Ordinal));
    }

    private static int NumberOf(WebhookRequest request) =>
        int.Parse(request.Data.GetProperty("subject").GetString()!.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <param name="isLast">Ends when all mails have been heard about; otherwise goes on with new ones.</param>
    private async Task SendUntilCutOffAsync(Appliance appliance, bool isLast)
    {
        while (_unheard.TryDequeue(out var number) || (!isLast && (number = Interlocked.Increment(ref _next)) > 0))
        {
            var reply = "";
            try
            {
                await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
                reply = await conversation.SendAsync(MailText.Numbered(number), "al@sender.test", "support@example.com");
            }
            catch (Exception cut) when (cut is IOException or SocketException)
            {
                _unheard.Enqueue(number);
                return;
            }
            if (reply[0] == '4')
                _unheard.Enqueue(number);
            else
                _heard[number] = reply;
        }
    }
}
