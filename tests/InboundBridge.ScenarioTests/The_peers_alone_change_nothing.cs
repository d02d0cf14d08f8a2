using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>
/// The control experiment: without the product, the peers pass a message on unchanged. If this fails, the product is not the cause.
/// </summary>
public sealed class The_peers_alone_change_nothing : IDisposable
{
    private const string From = "al@sender.test";
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Swaks_to_a_sink()
    {
        await using var sink = await SmtpSink.StartAsync(_folder, options: new SinkOptions { Certificate = new TestCertificate(_folder) });
        var mail = MailText.Read("awkward.eml");
        (await Swaks.SendAsync(sink.Port, mail, From, ["support@example.com"])).Succeeded("swaks");
        (await Swaks.SendAsync(sink.Port, mail, From, ["support@example.com"], "--tls")).Succeeded("swaks --tls");
        var mails = await sink.WaitForAsync(2);
        Assert.All(mails, came => MailText.AssertUnchangedBelowTrace(mail, came.Bytes));
        Assert.Equal([false, true], mails.Select(came => came.Secure));
    }

    [Fact]
    public async Task Nodemailer_to_postfix_to_a_sink()
    {
        var seal = new DkimSeal(_folder);
        var mail = await seal.SignAsync(MailText.Read("awkward.eml"));
        await using var sink = await SmtpSink.StartAsync(_folder);
        await using var postfix = await Postfix.StartSenderAsync(_folder, sink.Port);
        await File.WriteAllBytesAsync(_folder["mail.eml"], mail, TestContext.Current.CancellationToken);
        (await Nodemailer.SendFileAsync(postfix.Port, _folder["mail.eml"], From, ["support@example.com"])).Succeeded("nodemailer");
        var came = Assert.Single(await sink.WaitForAsync(1, state: () => postfix.Log));
        MailText.AssertUnchangedBelowTrace(mail, came.Bytes);
        await seal.AssertUnbrokenAsync(came.Bytes);
    }

    [Fact]
    public async Task Submission_by_dovecot_to_a_maildir_of_postfix()
    {
        await using var postfix = await Postfix.StartTargetAsync(_folder);
        await using var dovecot = await Dovecot.StartAsync(_folder, new DovecotOptions { RelayPort = postfix.Port });
        var mail = MailText.Read("awkward.eml");
        (await dovecot.SubmitAsync(mail, From, "support@example.com", "al")).Succeeded("swaks");
        var came = Assert.Single(await postfix.WaitForAsync(1, state: () => dovecot.Log));
        MailText.AssertUnchangedBelowTrace(mail, came);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lmtp_to_imap_and_pop3(bool unixSocket)
    {
        await using var dovecot = await Dovecot.StartAsync(_folder, new DovecotOptions());
        var mail = MailText.Read("awkward.eml");
        var sent = unixSocket
            ? await Swaks.SendLmtpAsync(dovecot.LmtpSocket, mail, From, ["al@example.com"])
            : await Swaks.SendAsync(dovecot.LmtpPort, mail, From, ["al@example.com"], "--protocol", "LMTP");
        sent.Succeeded("swaks");
        MailText.AssertUnchangedBelowTrace(mail, Assert.Single(await dovecot.WaitForAsync("al", 1)));
        MailText.AssertUnchangedBelowTrace(mail, Assert.Single(await dovecot.ReadPop3Async("al")));
    }

    [Fact]
    public async Task A_signed_request_is_verified_and_a_forged_one_is_not()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        using var http = new HttpClient();
        foreach (var (body, forged) in new[] { ("{}"u8.ToArray(), false), ([0xff, 0xfe], false), ("{}"u8.ToArray(), true), ([0xff], true) })
            (await http.SendAsync(Signed(receiver.Url(), body, forged), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        Assert.Equal([true, true, false, false], (await receiver.WaitForAsync(4)).Select(request => request.Verified));
        Assert.Equal("standardwebhooks", receiver.Accepted[0].VerifiedBy);
    }

    [Fact]
    public async Task The_receiver_fails_goes_down_and_comes_back()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        using var http = new HttpClient();
        await receiver.AnswerAsync(503, times: 1);
        Assert.Equal(
            503, (int)(await http.SendAsync(Signed(receiver.Url(), [1], false), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(
            200, (int)(await http.SendAsync(Signed(receiver.Url(), [2], false), TestContext.Current.CancellationToken)).StatusCode);
        await receiver.GoDownAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(Signed(receiver.Url(), [3], false)));
        await receiver.ComeBackAsync();
        Assert.Equal(
            200, (int)(await http.SendAsync(Signed(receiver.Url(), [4], false), TestContext.Current.CancellationToken)).StatusCode);
    }

    private static HttpRequestMessage Signed(string url, byte[] body, bool forged)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.ASCII.GetBytes($"msg.{now}."), .. body];
        var mac = HMACSHA256.HashData(Convert.FromBase64String(WebhookReceiver.Secret["whsec_".Length..]), signed);
        if (forged)
            mac[0] ^= 1;
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = content,
            Headers = { { "webhook-id", "msg" }, { "webhook-timestamp", $"{now}" },
                { "webhook-signature", $"v1,{Convert.ToBase64String(mac)}" } },
        };
    }
}
