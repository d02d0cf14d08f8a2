using System.Collections.Concurrent;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Every_mail_that_got_250_arrives_after_kill_9 : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>While the receiver is down, the appliance is killed and restarted; then the receiver comes back.</summary>
    [Fact]
    public async Task With_the_same_webhook_id_on_each_attempt()
    {
        const int Mails = 20;
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        await receiver.AnswerAsync(503);
        await using (var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort))
        {
            for (var number = 0; number < Mails; number++)
                Assert.StartsWith("250", await conversation.SendAsync(
                    MailText.Numbered(number), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
        }

        await Deadline.Usual.UntilAsync(() => Attempted(receiver) == Mails, "a first attempt at each", () => appliance.Log);
        await receiver.GoDownAsync();
        await appliance.KillAsync();
        await appliance.StartAsync();
        await receiver.AnswerAsync(200);
        await receiver.ComeBackAsync();

        await Deadline.Usual.UntilAsync(
            () => Arrived(receiver).Count == Mails, $"{Mails} mails", () => $"{Arrived(receiver).Count} came\n{appliance.Log}");
        foreach (var attempts in receiver.Requests.GroupBy(Subject))
        {
            Assert.True(attempts.Count() >= 2, $"{attempts.Key}: only {attempts.Count()} attempt");
            Assert.Single(attempts.Select(request => request.Id).Distinct());
            Assert.All(attempts, request => Assert.True(request.Verified, request.Problem));
            var numbers = attempts.OrderBy(request => request.Number).Select(
                request => int.Parse(request.Headers["x-inboundbridge-attempt"])).ToList();
            Assert.True(
                numbers.SequenceEqual(numbers.Order()) && numbers[0] == 1, $"{attempts.Key}: attempts {string.Join(", ", numbers)}");
        }

        await appliance.QueueEmptyAsync();
    }

    /// <summary>
    /// The appliance is killed while many clients send. Every acknowledged message arrives, some of them twice; others may arrive.
    /// </summary>
    [Fact]
    public async Task While_many_are_sending()
    {
        const int Senders = 8;
        const int Kills = 3;
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await StartAsync(receiver);
        var acknowledged = new ConcurrentBag<string>();
        var next = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = acknowledged.Count;
            var senders = Enumerable.Range(0, Senders).Select(_ => SendUntilCutOffAsync()).ToList();
            await Deadline.Usual.UntilAsync(() => acknowledged.Count >= before + 100, "100 acknowledged mails", () => appliance.Log);
            await appliance.KillAsync();
            await Task.WhenAll(senders);
            await appliance.StartAsync();
        }

        await Deadline.Usual.UntilAsync(
            () => Arrived(receiver).IsSupersetOf(acknowledged),
            "every acknowledged mail",
            () => $"of {acknowledged.Count} are missing: {string.Join(", ", acknowledged.Except(Arrived(receiver)))}\n{appliance.Log}");
        await appliance.QueueEmptyAsync();

        async Task SendUntilCutOffAsync()
        {
            try
            {
                await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
                while (true)
                {
                    var number = Interlocked.Increment(ref next);
                    var reply = await conversation.SendAsync(MailText.Numbered(number), "al@sender.test", "support@example.com");
                    if (reply.StartsWith("250", StringComparison.Ordinal))
                        acknowledged.Add($"number {number}");
                }
            }
            catch (Exception cut) when (cut is IOException or System.Net.Sockets.SocketException)
            {
                // The appliance was killed.
            }
        }
    }

    private static int Attempted(WebhookReceiver receiver) => receiver.Requests.Select(Subject).Distinct().Count();

    private static HashSet<string> Arrived(WebhookReceiver receiver) => receiver.Accepted.Select(Subject).ToHashSet();

    private static string Subject(WebhookRequest request) => request.Data.GetProperty("subject").GetString()!;

    private Task<Appliance> StartAsync(WebhookReceiver receiver) => Appliance.StartAsync(
        _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [ApplianceSetup.Webhook("app", receiver)]));
}
