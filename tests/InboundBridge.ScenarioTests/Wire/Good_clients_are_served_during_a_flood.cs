using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Wire;

/// <summary>
/// Many addresses send bad commands, half of a TLS handshake, messages octet by octet, or nothing, each from more connections than one
/// client may have. Meanwhile all messages of a good client are accepted and delivered.
/// </summary>
[Collection(nameof(Alone))]
public sealed class Good_clients_are_served_during_a_flood : IDisposable
{
    private const int Mails = 200;
    private const int PerClient = 20;
    private const int Addresses = 10;
    private const long AllowedGrowth = 150_000_000;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_limits_hold()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder,
            ApplianceSetup.Everything("webhook: app"),
            [ApplianceSetup.Webhook("app", receiver)],
            ApplianceSetup.Tls(new TestCertificate(_folder)),
            $$"""listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}" }], limits: { connections: 2000, connections_per_client: {{PerClient}} }"""));
        var before = appliance.Process.Memory("VmRSS");
        using var over = new CancellationTokenSource();
        using var crowd = new Crowd(appliance.SmtpPort);
        var flood = new Flood(crowd, over.Token);
        Task[] attackers =
        [
            .. Attackers(0, flood.SayNonsenseAsync), .. Attackers(1, flood.StopInTheHandshakeAsync), .. Attackers(
                2, flood.SendOctetByOctetAsync), .. Attackers(3, flood.StaySilentAsync),
        ];
        await Deadline.Usual.UntilAsync(
            () => flood.TurnedAway >= Addresses && flood.CutOff > 0 && flood.Handshakes >= Addresses * PerClient / 2 && flood.Octets > 1000,
            "the flood", () => $"{flood}\n{appliance.Log}");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(client => SendAsync(appliance, client)));

        var duringFlood = flood.ToString();
        await over.CancelAsync();
        await Task.WhenAll(attackers);
        Assert.Equal(Mails, (await receiver.WaitForAsync(Mails, state: () => appliance.Log)).Select(request => request.Id).Distinct(
            StringComparer.Ordinal).Count());
        var growth = appliance.Process.Memory("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Mails} mails taken and delivered during the flood ({duringFlood}); memory grew by {growth / 1_000_000} MB at the peak");
        Assert.True(growth < AllowedGrowth, $"memory grew by {growth} octets");
        Assert.DoesNotContain("session_fault", appliance.Log, StringComparison.Ordinal);

        crowd.Dispose();
        await Deadline.Usual.UntilAsync(async () => await appliance.MetricAsync(
            "inboundbridge_smtp_connections_open") == 0, "the flood to run off", () => appliance.Log);
        await using var forgiven = await SmtpConversation.OpenAsync(appliance.SmtpPort, from: Crowd.Address(0).ToString());
        Assert.StartsWith("250 2.0.0", await forgiven.SendAsync(
            MailText.Numbered(0, "after"), "al@sender.test", "al@example.com"), StringComparison.Ordinal);
    }

    /// <summary>One connection more than allowed from each address.</summary>
    private static IEnumerable<Task> Attackers(int kind, Func<IPAddress, Task> attack) =>
        from address in Enumerable.Range(0, Addresses)
        from _ in Enumerable.Range(0, PerClient + 1)
        select attack(
            Crowd.Address((kind * Addresses) + address));

    /// <summary>Opens a new connection for every ten messages, all from one address.</summary>
    private static async Task SendAsync(Appliance appliance, int client)
    {
        for (var number = client; number < Mails;)
        {
            await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort, from: "127.0.0.2");
            for (var sent = 0; sent < 10 && number < Mails; sent++, number += 4)
                Assert.StartsWith("250 2.0.0", await conversation.SendAsync(
                    MailText.Numbered(number, "good"), "al@sender.test", "al@example.com"), StringComparison.Ordinal);
        }
    }

    private sealed class Flood(Crowd crowd, CancellationToken over)
    {
        private static readonly byte[] Nonsense = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("XYZZY plugh\r\nDATA\r\nRCPT TO:<\r\n", 20)));

        // A TLS record that announces a ClientHello of 512 octets and has four.
        private static readonly byte[] HalfHello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC];

        private int _turnedAway;
        private int _cutOff;
        private int _handshakes;
        private int _octets;

        /// <summary>Connections that got 421 instead of a greeting.</summary>
        public int TurnedAway => Volatile.Read(ref _turnedAway);

        /// <summary>Connections that were closed for too many errors.</summary>
        public int CutOff => Volatile.Read(ref _cutOff);

        public int Handshakes => Volatile.Read(ref _handshakes);

        public int Octets => Volatile.Read(ref _octets);

        public override string ToString() =>
            $"{TurnedAway} connections turned away, {CutOff} cut off for errors, {Handshakes} half handshakes, "
            + $"{Octets} octets of mail one by one";

        /// <summary>Connects again whenever it is disconnected.</summary>
        public Task SayNonsenseAsync(IPAddress from) => AgainAsync(from, async socket =>
        {
            await socket.SendAsync(Nonsense, over);
            var heard = "";
            while (await Crowd.HearAsync(socket, over) is { Length: > 0 } more)
                heard += more;
            if (heard.Contains("421 4.7.0", StringComparison.Ordinal))
                Interlocked.Increment(ref _cutOff);
        });

        public Task StopInTheHandshakeAsync(IPAddress from) => AgainAsync(from, async socket =>
        {
            await socket.SendAsync("EHLO flood.test\r\n"u8.ToArray(), over);
            await Crowd.HearAsync(socket, over);
            await socket.SendAsync("STARTTLS\r\n"u8.ToArray(), over);
            if (!(await Crowd.HearAsync(socket, over)).StartsWith("220", StringComparison.Ordinal))
                return;
            await socket.SendAsync(HalfHello, over);
            Interlocked.Increment(ref _handshakes);
            await Crowd.HearAsync(socket, over);
        });

        public Task SendOctetByOctetAsync(IPAddress from) => AgainAsync(from, async socket =>
        {
            foreach (var command in new[] { "EHLO flood.test\r\n", "MAIL FROM:<slow@sender.test>\r\n", "RCPT TO:<al@example.com>\r\n",
                "DATA\r\n" })
            {
                await socket.SendAsync(Encoding.ASCII.GetBytes(command), over);
                await Crowd.HearAsync(socket, over);
            }

            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (await pause.WaitForNextTickAsync(over))
            {
                await socket.SendAsync("x"u8.ToArray(), over);
                Interlocked.Increment(ref _octets);
            }
        });

        public Task StaySilentAsync(IPAddress from) => AgainAsync(from, socket => Crowd.HearAsync(socket, over));

        private async Task AgainAsync(IPAddress from, Func<Socket, Task> attack)
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    using var socket = await crowd.ConnectAsync(from, over);
                    var greeting = await Crowd.HearAsync(socket, over);
                    if (greeting.StartsWith("220", StringComparison.Ordinal))
                    {
                        await attack(socket);
                        continue;
                    }

                    if (greeting.StartsWith("421 4.7.0", StringComparison.Ordinal))
                        Interlocked.Increment(ref _turnedAway);
                    // Ten times a second from each is enough of a flood for two cores that good clients share.
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, over);
                }
                catch (Exception gone) when (gone is OperationCanceledException or SocketException)
                {
                    // Disconnected, or the flood is over.
                }
            }
        }
    }
}
