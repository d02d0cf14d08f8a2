using InboundBridge.Configuration.Options;
using InboundBridge.Publishing;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary>CAA: the records of the name, or of the nearest domain above, against the authority of <c>tls.acme</c>.</summary>
public sealed class AuthorityRecordsTests
{
    private readonly ZoneResolver _zone = new ZoneResolver().Address("mx.in.example.com", "192.0.2.7");

    [Theory]
    [InlineData("mx.in.example.com", "letsencrypt.org", "Ok")]
    [InlineData("example.com", "letsencrypt.org", "Ok")]
    [InlineData("com", "LetsEncrypt.org ; accounturi=https://x.example/1", "Ok")]
    [InlineData("example.com", "ca.example.net", "ToDo")]
    [InlineData("example.com", ";", "ToDo")]
    [InlineData("example.com", "letsencrypt.org; validationmethods=dns-01", "ToDo")]
    [InlineData("example.com", "letsencrypt.org; validationmethods=dns-01,http-01", "Ok")]
    public async Task The_nearest_records_count(string at, string value, string state)
    {
        _zone.Caa(at, "issue", value);
        Assert.Equal((state, $"{at}."), await CheckAsync(new AcmeOptions()));
    }

    [Fact]
    public async Task Records_below_hide_those_above()
    {
        _zone.Caa("example.com", "issue", "letsencrypt.org").Caa("in.example.com", "issue", "ca.example.net");
        Assert.Equal(("ToDo", "in.example.com."), await CheckAsync(new AcmeOptions()));
    }

    [Theory]
    [InlineData("iodef")]
    [InlineData("issuewild")]
    public async Task Other_tags_restrict_nobody(string tag)
    {
        _zone.Caa("example.com", tag, "ca.example.net");
        Assert.Equal(("Warning", "example.com."), await CheckAsync(new AcmeOptions()));
    }

    [Fact]
    public async Task Of_another_authority_nobody_knows_the_name()
    {
        _zone.Caa("example.com", "issue", "ca.example.net");
        Assert.Equal(("Ok", "example.com."), await CheckAsync(new AcmeOptions { Directory = new Uri("https://ca.example.net/directory") }));
    }

    [Fact]
    public async Task Each_name_of_the_certificate_is_looked_at()
    {
        _zone.Caa("example.com", "issue", "letsencrypt.org");
        var records = new AuthorityRecords(
            new AcmeOptions { Names = ["mx.in.example.com", "mta-sts.example.org"] }, "mx.in.example.com", _zone.LookUpAsync);
        var findings = await records.CheckAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            ["example.com. CAA 0 issue \"letsencrypt.org\": Ok", "mta-sts.example.org. CAA 0 issue \"letsencrypt.org\": Warning"],
            findings.Select(finding => $"{finding.Line}: {finding.State}"));
    }

    private async Task<(string State, string Name)> CheckAsync(AcmeOptions acme)
    {
        var records = new AuthorityRecords(acme, "mx.in.example.com", _zone.LookUpAsync);
        var finding = Assert.Single(await records.CheckAsync(TestContext.Current.CancellationToken));
        return (finding.State.ToString(), finding.Name);
    }
}
