using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Dane;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.Dane;

public class DaneCheckTests
{
    private const string Host = "mx.example.com";

    private readonly CertificateShop _shop = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void The_servers_own_certificate_needs_neither_name_nor_date(int selector, int matching)
    {
        var expired = _shop.For("another.name.test", days: -1);
        Assert.Null(Judge(expired, [], Record(3, selector, matching, expired)));
        Assert.Equal(TlsFailure.ValidationFailure, Judge(_shop.For(Host), [], Record(3, selector, matching, expired)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    public void An_authority_vouches_for_a_certificate_with_the_right_name(int selector, int matching)
    {
        var record = Record(2, selector, matching, _shop.Authority);
        Assert.Null(Judge(_shop.For(Host), [_shop.Authority], record));
        Assert.Null(Judge(_shop.For("example.com"), [_shop.Authority], record));
        Assert.Equal(TlsFailure.CertificateHostMismatch, Judge(_shop.For("mx.example.net"), [_shop.Authority], record));
        Assert.Equal(TlsFailure.CertificateExpired, Judge(_shop.For(Host, days: -1), [_shop.Authority], record));
    }

    [Fact]
    public void The_root_may_be_the_authority_and_the_chain_longer()
    {
        var record = Record(2, 0, 1, _shop.Root);
        Assert.Null(Judge(_shop.For(Host), [_shop.Root, _shop.Authority], record));
        Assert.Equal(TlsFailure.CertificateNotTrusted, Judge(_shop.For(Host), [_shop.Authority], record));
    }

    [Fact]
    public void An_authority_whose_certificate_is_in_the_record_need_not_be_sent() =>
        Assert.Null(Judge(_shop.For(Host), [], Record(2, 0, 0, _shop.Authority)));

    [Fact]
    public void An_authority_that_was_sent_but_has_not_signed_vouches_for_nothing()
    {
        var other = new CertificateShop();
        // The same names as the real ones, but another key.
        Assert.Equal(
            TlsFailure.CertificateNotTrusted,
            Judge(other.For(Host), [_shop.Authority, _shop.Root], Record(2, 0, 1, _shop.Authority)));
    }

    [Fact]
    public void A_certificate_that_is_no_authoritys_can_not_issue_others()
    {
        var leaf = _shop.For("leaf.test");
        var forged = _shop.For(Host, issuer: leaf);
        Assert.Equal(TlsFailure.CertificateNotTrusted, Judge(forged, [leaf, _shop.Authority], Record(2, 0, 1, _shop.Authority)));
    }

    [Fact]
    public void One_matching_record_of_several_is_enough()
    {
        var certificate = _shop.For(Host);
        Assert.Null(Judge(certificate, [], Record(3, 1, 1, _shop.For("old.test")), Record(3, 1, 1, certificate)));
        Assert.Null(Judge(certificate, [], Record(2, 0, 1, _shop.Root), Record(3, 0, 2, certificate)));
    }

    private static TlsFailure? Judge(X509Certificate2 certificate, X509Certificate2Collection others, params DaneRecord[] records) =>
        DaneCheck.Judge(new DaneTerms(records, [Host, "example.com"]), certificate, others, CertificateShop.Now);

    private static DaneRecord Record(int usage, int selector, int matching, X509Certificate2 certificate)
    {
        var data = selector == 1 ? CertificateShop.Key(certificate) : certificate.RawData;
        return new DaneRecord(
            usage == 2, selector == 1, matching, matching switch { 1 => SHA256.HashData(data), 2 => SHA512.HashData(data), _ => data });
    }
}
