using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// The real workers, queue and receiver: a script makes the request, its signature verifies, what it can't carry out ends as a dead letter
/// with the script's line, and other mail of the same destination is delivered meanwhile.
/// </summary>
public sealed class A_transform_shapes_requests_and_fails_alone : IDisposable
{
    private const string Script = """
        function transform({ subject, recipient, text }) {
          if (recipient.startsWith('skip'))
            return { skip: true };
          if (recipient.startsWith('throws'))
            throw new Error(`no place for ${subject}`);
          if (recipient.startsWith('hangs'))
            /^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab');
          if (recipient.startsWith('grows')) {
            const all = [];
            for (;;) all.push('x'.repeat(1e6) + all.length);
          }
          if (recipient.startsWith('nothing'))
            return {};
          return { headers: { 'X-Subject': subject }, body: { note: `${subject}: ${text.trim()}` } };
        }
        """;

    private const string Retries =
        "retry: { schedule: [200ms], maximum_age: 2s, jitter: 0% }, circuit: { failures: 3, window: 1m, probe: 500ms }";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_failure_ends_as_a_dead_letter_with_its_line()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        File.WriteAllText(Path.Combine(_folder.CreateFolder("transforms"), "chat.js"), Script);
        var destination = ApplianceSetup.Webhook("app", receiver, more: $"transform: transforms/chat.js, {Retries}");
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("webhook: app"), [destination]));
        foreach (var local in new[] { "throws", "hangs", "grows", "nothing", "skip", "ok" })
            await SendAsync(appliance, local);
        var sent = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        Assert.True(sent.Verified, sent.Problem);
        Assert.StartsWith($"{sent.Headers["x-subject"]}: ", sent.Json.GetProperty("note").GetString(), StringComparison.Ordinal);
        await Deadline.Usual.UntilAsync(
            async () => await appliance.DeliveriesAsync("dead") == 4, "four dead letters", () => appliance.Log);
        Assert.Equal(2, await appliance.DeliveriesAsync("delivered"));
        var dead = (await appliance.GetJsonAsync("/api/v1/deliveries?state=dead")).GetProperty("items").EnumerateArray()
            .Select(delivery => delivery.ToString()).ToList();
        foreach (var error in new[] { "chat.js:5:11: Error: no place for", "chat.js", "transform() returned no body" })
            Assert.Contains(dead, delivery => delivery.Contains(error, StringComparison.Ordinal));
        Assert.All(dead, delivery => Assert.Contains("the transform failed: transforms/chat.js", delivery, StringComparison.Ordinal));

        // A mended script takes effect without a restart, and what is dead can be tried again.
        File.WriteAllText(
            Path.Combine(_folder.CreateFolder("transforms"), "chat.js"), "const transform = ({ subject }) => ({ body: { mended: subject } });");
        await Deadline.Usual.UntilAsync(
            async () => await appliance.MetricAsync("inboundbridge_config_reloads_total", "outcome=\"applied\"") >= 1, "a reload",
            () => appliance.Log);
        using var retried = await appliance.PostAsync("/api/v1/deliveries/retry?state=dead");
        Assert.True(retried.IsSuccessStatusCode);
        var requests = await receiver.WaitForAsync(5, state: () => appliance.Log);
        Assert.All(requests.Skip(1), request => Assert.True(request.Json.TryGetProperty("mended", out _)));
    }

    private static async Task SendAsync(Appliance appliance, string local)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        Assert.StartsWith(
            "250", await conversation.SendAsync(MailText.Numbered(1), "al@sender.test", $"{local}@example.com"), StringComparison.Ordinal);
    }
}
