using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Nodes;
using InboundBridge.Operations.Status;
using InboundBridge.Ui.Pages.Overview;

namespace InboundBridge.UnitTests.Host.Ui.Pages;

/// <summary>The overview's list of what needs a person.</summary>
public sealed class AttentionListTests
{
    /// <summary>Of what lives for six days, the last quarter; of what lives for 90, the last 14 days.</summary>
    [Theory]
    [InlineData(90, 15, null, false)]
    [InlineData(90, 13, "The certificate mx.pem expires in 13 d.", false)]
    [InlineData(90, 2, "The certificate mx.pem expires in 2 d.", true)]
    [InlineData(6, 6, null, false)]
    [InlineData(6, 2, null, false)]
    [InlineData(6, 1.25, "The certificate mx.pem expires in 30 h.", false)]
    [InlineData(6, 0.5, "The certificate mx.pem expires in 12 h.", true)]
    [InlineData(6, -0.5, "The certificate mx.pem has expired.", true)]
    public void A_certificate_is_listed_at_the_end_of_its_own_lifetime(double lifetime, double left, string? text, bool isBad)
    {
        var certificate = new CertificateExpiry(
            "mx.pem", ["mx.example.com"], FakeTime.Start.AddDays(left), TimeSpan.FromDays(lifetime));
        var found = AttentionList.Of(
            new Statistics("1", "v1", [], Ready: true, SpoolCondition.Ready, new SpoolTotals(0, 0, null, [])),
            new ConfigurationReport(null, "v1", string.Empty, CanReload: true, null, [], []), [], [certificate],
            new NodeGlance([], Differ: false, IsOneOfSeveral: false), FakeTime.Start);
        Assert.Equal(text is null ? [] : [(text, isBad)], found.Select(each => (each.Text, each.IsBad)));
    }
}
