using System.Text;
using InboundBridge.Benchmarks.Senders;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.UnitTests.Benchmarks.Senders;

public class CheckedSenderTests
{
    private readonly CheckedSender _sender = new();

    [Theory]
    [InlineData(2)]
    [InlineData(73)]
    [InlineData(74)]
    [InlineData(75)]
    [InlineData(4096)]
    public async Task Its_mails_pass_the_check_and_have_the_size_that_was_asked_for(int size)
    {
        var mail = _sender.Compose(CheckedSender.DomainOf(3), size);
        var text = Encoding.ASCII.GetString(mail);
        Assert.Equal(size, text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Length);
        Assert.DoesNotContain("\n.", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
        using var check =
            new SignatureVerifier(SignatureOptions.Default, TimeProvider.System)
                .Begin(new Zone(_sender.Zone), TestContext.Current.CancellationToken);
        check.Take(mail);
        var verdict = Assert.Single((await check.CompleteAsync(null, TestContext.Current.CancellationToken)).Dkim);
        Assert.Equal((CheckResult.Pass, "u3.sender.example", 2048), (verdict.Result, verdict.Domain, verdict.Bits));
    }

    private sealed class Zone(SenderZone zone) : IDnsResolver
    {
        public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
        {
            var data = zone.Find(name, type)!;
            var text = new StringBuilder();
            for (var at = 0; at < data.Length; at += 1 + data[at])
                text.Append(Encoding.ASCII.GetString(data, at + 1, data[at]));
            return ValueTask.FromResult(
                new DnsAnswer(DnsStatus.Success, [new DnsRecord.Txt(name, 60, text.ToString())], name, Authenticated: false));
        }
    }
}
