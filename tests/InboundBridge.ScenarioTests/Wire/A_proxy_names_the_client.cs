using System.Text;
using System.Text.RegularExpressions;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>
/// Behind HAProxy the client has the address that HAProxy sends, by either version of the PROXY protocol. Other clients can't send one.
/// </summary>
public sealed class A_proxy_names_the_client : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_only_a_proxy_does()
    {
        // HAProxy connects from 127.0.0.1.
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder,
            ApplianceSetup.Everything("hold: arrived"),
            [],
            smtp: $$"""listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}", proxy_protocol: [127.0.0.1/32] }]"""));
        await using var proxy = await HaProxy.StartAsync(_folder, appliance.SmtpPort);
        foreach (var (port, client) in new[] { (proxy.Version1, "127.0.7.1"), (proxy.Version2, "127.0.7.2") })
        {
            await using var conversation = await SmtpConversation.OpenAsync(port, from: client);
            Assert.StartsWith("250 2.0.0", await conversation.SendAsync(
                MailText.Numbered(1, client), "al@sender.test", "al@example.com"), StringComparison.Ordinal);
            var mail = Assert.Single(await appliance.MailsAsync($"subject={client} 1"));
            Assert.Contains($"[{client}]", Encoding.Latin1.GetString(mail), StringComparison.Ordinal);
            await appliance.Process.LineAsync(new(Regex.Escape($"client={client} ")));
        }

        // The proxy's connection without a header is closed without a reply. From other clients a header is an unknown command.
        await using var bare = await SmtpConversation.ConnectAsync(appliance.SmtpPort);
        await bare.WriteAsync("EHLO peer.test\r\n"u8.ToArray());
        Assert.Empty(await bare.RepliesToTheEndAsync());
        await using var stranger = await SmtpConversation.OpenAsync(
            appliance.SmtpPort, "PROXY TCP4 192.0.2.1 192.0.2.2 1234 25", "127.0.0.9");
        Assert.StartsWith("500", await stranger.AskAsync("PROXY TCP4 192.0.2.1 192.0.2.2 1234 25"), StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.1", appliance.Log, StringComparison.Ordinal);
    }
}
