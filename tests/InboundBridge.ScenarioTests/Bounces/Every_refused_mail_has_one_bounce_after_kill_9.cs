using System.Globalization;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Bounces;

/// <summary>
/// A relay refuses every mail while the appliance is killed again and again. Each accepted mail ends as a dead delivery with exactly one
/// bounce, which arrives: a kill in flight may bring it twice, but never makes another bounce.
/// </summary>
public sealed class Every_refused_mail_has_one_bounce_after_kill_9 : IDisposable
{
    private static readonly int Kills =
        int.Parse(Environment.GetEnvironmentVariable("INBOUNDBRIDGE_KILLS") ?? "20", CultureInfo.InvariantCulture);
    private const int MailsBetween = 8;
    private const string Recipient = "nobody@example.com";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_it_arrives()
    {
        await using var refusing = await SmtpSink.StartAsync(
            _folder, "refusing", new SinkOptions { Refuse = new() { [Recipient] = (550, "5.1.1 no such mailbox") } });
        await using var outbound = await SmtpSink.StartAsync(_folder, "outbound");
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder, ApplianceSetup.Everything("relay: refusing"),
            [ApplianceSetup.Relay("refusing", refusing.Port), ApplianceSetup.Relay("outbound", outbound.Port)],
            more: "delivery: { bounces: { via: outbound, per_sender: 100000, per_domain: 100000 } }\n",
            smtp: $$"""listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}" }], trusted: [127.0.0.0/8]"""));
        var random = new Random(16);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using (var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort))
            {
                var before = random.Next(MailsBetween);
                for (var number = 0; number < MailsBetween; number++)
                {
                    var mail = MailText.Numbered((kill * MailsBetween) + number);
                    Assert.StartsWith("250", await conversation.SendAsync(mail, "al@sender.test", Recipient), StringComparison.Ordinal);
                    if (number == before)
                        break;
                }
            }
            await appliance.KillAsync();
            await appliance.StartAsync();
        }
        await appliance.QueueEmptyAsync();

        var sent = await AllAsync(appliance, "al@sender.test");
        Assert.InRange(sent.Count, Kills, Kills * MailsBetween);
        var told = new HashSet<string>();
        foreach (var id in sent)
        {
            var shown = await appliance.GetJsonAsync($"/api/v1/messages/{id}");
            var bounce = Assert.Single(shown.GetProperty("bounces").EnumerateArray());
            Assert.Equal("dead", Assert.Single(shown.GetProperty("deliveries").EnumerateArray()).GetProperty("state").GetString());
            told.Add(bounce.GetProperty("id").GetString()!);
        }
        Assert.Equal(sent.Count, told.Count);
        var arrived = outbound.Mails.Select(mail => MessageId(mail.Bytes)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(told.Select(id => $"<{id}@mx.example.com>").Order(StringComparer.Ordinal), arrived.Order(StringComparer.Ordinal));
    }

    private static string MessageId(byte[] mail) => System.Text.Encoding.Latin1.GetString(mail).Split("\r\n")
        .First(line => line.StartsWith("Message-I", StringComparison.OrdinalIgnoreCase)).Split(' ', 2)[1];

    private static async Task<List<string>> AllAsync(Appliance appliance, string sender)
    {
        var ids = new List<string>();
        for (string? cursor = "", path = $"/api/v1/messages?sender={Uri.EscapeDataString(sender)}&limit=100"; cursor is not null;)
        {
            var page = await appliance.GetJsonAsync(cursor.Length == 0 ? path : $"{path}&cursor={Uri.EscapeDataString(cursor)}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null;
        }
        return ids;
    }
}
