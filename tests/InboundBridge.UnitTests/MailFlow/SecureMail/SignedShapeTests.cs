using System.Text;
using InboundBridge.MailFlow.SecureMail;
using InboundBridge.MailFlow.SecureMail.OpenPgp;
using InboundBridge.MailFlow.SecureMail.Smime;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.Mime;
using InboundBridge.UnitTests.MailFlow.SecureMail.OpenPgp;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace InboundBridge.UnitTests.MailFlow.SecureMail;

/// <summary>A good signature over one part makes no mail valid that has room for other text.</summary>
public sealed class SignedShapeTests : IDisposable
{
    private const string Html = "<h1>Pay to another account</h1>";

    private static readonly PgpSecretKey Al = TestKeyring.Make("Al <al@customer.com>", "secret");
    private static readonly string Armor = Encoding.ASCII.GetString(OpenPgpTests.Sign(SecureMails.Entity, Al)).ReplaceLineEndings("\r\n");
    private static readonly byte[] Cms = SecureMails.Signature(SecureMails.Entity, SecureMails.Al, isDetached: true);

    private readonly string _folder = Directory.CreateTempSubdirectory("shape").FullName;
    private readonly SecureMailKeys _keys;

    public SignedShapeTests()
    {
        var ring = Path.Combine(_folder, "keys.asc");
        File.WriteAllBytes(ring, TestKeyring.Armored(Al.PublicKey.Encode));
        _keys = new SecureMailKeys
        {
            Smime = SmimeKeys.Read(SecureMails.Pem(_folder, SecureMails.Authority), []),
            OpenPgp = OpenPgpKeys.Read(ring, null, 4096),
        };
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> OpenPgpParts => new()
    {
        { "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\nARMOR", "valid" },
        { "Content-Type: application/pgp-signature\r\n\r\n\r\n \r\nARMOR\r\n\r\n", "valid" },
        { "Content-Type: text/html\r\n\r\n<h1>Pay to another account</h1>\r\nARMOR", "unknown" },
        { "Content-Type: text/plain\r\n\r\nARMOR", "unknown" },
        { "\r\nARMOR", "unknown" },
        { "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nARMOR", "unknown" },
        { "Content-Type: application/pkcs7-signature\r\n\r\nARMOR", "unknown" },
        { "Content-Type: application/pgp-signature\r\nContent-Type: text/html\r\n\r\nARMOR", "unknown" },
        { "Content-Type: application/pgp-signature\r\n\r\n<h1>Pay</h1>\r\nARMOR", "unknown" },
        { "Content-Type: application/pgp-signature\r\n\r\nARMOR\r\nPay to another account", "unknown" },
        {
            "Content-Type: multipart/mixed; boundary=z\r\n\r\nARMOR\r\n--z\r\nContent-Type: text/html\r\n\r\n<h1>Pay</h1>\r\n--z--",
            "unknown"
        },
        { "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nARMOR", "unknown" },
    };

    [Theory]
    [MemberData(nameof(OpenPgpParts))]
    public void The_second_part_is_an_armored_signature_and_nothing_else(string part, string result)
    {
        var mail = Beside(part.Replace("ARMOR", Armor, StringComparison.Ordinal), "application/pgp-signature");
        Assert.Equal(result, Result(mail));
    }

    [Theory]
    [InlineData("application/pkcs7-signature", "", "valid")]
    [InlineData("application/x-pkcs7-signature", "\r\n \r\n", "valid")]
    [InlineData("text/html", Html, "unknown")]
    [InlineData("text/html", "", "unknown")]
    [InlineData("application/pkcs7-signature", Html, "unknown")]
    [InlineData("application/pgp-signature", "", "unknown")]
    public void The_second_part_is_a_cms_signature_and_nothing_else(string type, string behind, string result)
    {
        var octets = Convert.ToBase64String([.. Cms, .. Encoding.ASCII.GetBytes(behind)], Base64FormattingOptions.InsertLineBreaks);
        var part = $"Content-Type: {type}\r\nContent-Transfer-Encoding: base64\r\n\r\n{octets}";
        Assert.Equal(result, Result(Beside(part, "application/pkcs7-signature")));
    }

    public static TheoryData<string, string> Roots => new()
    {
        { "Content-Type: text/plain\r\n", "more than one Content-Type" },
        { "MIME-Version: 1.0\r\n", "more than one MIME-Version" },
        { "Content-Transfer-Encoding: base64\r\n", "transfer encoding" },
    };

    [Theory]
    [MemberData(nameof(Roots))]
    public void A_header_that_can_be_read_in_two_ways_is_unknown(string field, string why)
    {
        var mail = Good().Replace("micalg=", "m=", StringComparison.Ordinal)
            .Replace("boundary=\"b1\"\r\n", $"boundary=\"b1\"\r\n{field}", StringComparison.Ordinal);
        var verdict = Assert.Single(Read(SecureMails.Mail(mail)).Signatures);
        Assert.Equal(SignatureResult.Unknown, verdict.Result);
        Assert.Contains(why, verdict.Reason, StringComparison.Ordinal);
    }

    /// <summary>The part behind the last that is read would be shown by payloads, and was covered by nothing.</summary>
    [Fact]
    public void What_a_limit_cuts_is_unknown()
    {
        var entity = "Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n\r\nx\r\n--z\r\n\r\nx\r\n--z--\r\n";
        var cms = SecureMails.Signature(entity, SecureMails.Al, isDetached: true);
        var mail = SecureMails.Mail(SecureMails.Beside(entity, cms));
        Assert.Equal("valid", Result(mail));
        // The root, the content with its two parts, the signature.
        foreach (var (limits, result) in new[]
        {
            (new MimeLimits { Parts = 5 }, "valid"), (new MimeLimits { Parts = 4 }, "unknown"), (new MimeLimits { Depth = 1 }, "unknown"),
            (new MimeLimits { HeaderCount = 8 }, "valid"), (new MimeLimits { HeaderCount = 4 }, "none"),
        })
        {
            var keys = _keys with { Limits = SecureMailLimits.Default with { Mime = limits } };
            Assert.Equal(result, SignatureText.Summary(SecureMailReader.Read(mail, keys, SecureMails.Now).Signatures).Word());
        }
        var third = Good().Replace(
            "\r\n--b1--", "\r\n--b1\r\nContent-Type: text/html\r\n\r\n<h1>x</h1>\r\n--b1--", StringComparison.Ordinal);
        var cut = _keys with { Limits = SecureMailLimits.Default with { Mime = new MimeLimits { Parts = 3 } } };
        var found = SecureMailReader.Read(SecureMails.Mail(third), cut, SecureMails.Now);
        Assert.Equal(SignatureResult.Unknown, SignatureText.Summary(found.Signatures));
    }

    [Fact]
    public void Text_before_and_after_the_parts_is_not_shown()
    {
        var mail = SecureMails.Mail(Good().Replace("\"b1\"\r\n\r\n", "\"b1\"\r\n\r\nSee elsewhere\r\n", StringComparison.Ordinal)
            + "See elsewhere\r\n--b1\r\nContent-Type: text/html\r\n\r\nSee elsewhere\r\n--b1--\r\n");
        Assert.Equal("valid", Result(mail));
        var shown = MimeMessage.Open(MimeSource.FromMemory(mail));
        Assert.Equal("It broke.", shown.Text!.Trim());
        Assert.Null(shown.Html);
        Assert.Equal("application/pkcs7-signature", Assert.Single(shown.Attachments).ContentType);
    }

    [Theory]
    [InlineData("--z--")]
    [InlineData("--z--\r\n")]
    [InlineData("--z--\r\n\r\n")]
    [InlineData("--z--\r\nbehind the parts\r\n")]
    public void The_end_of_an_inner_multipart_is_signed_too(string end)
    {
        var entity = "Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n\r\nIt broke.\r\n" + end;
        var cms = SecureMails.Signature(entity, SecureMails.Al, isDetached: true);
        Assert.Equal("valid", Result(SecureMails.Mail(SecureMails.Beside(entity, cms))));
        var more = entity + "\r\nmore";
        Assert.Equal("invalid", Result(SecureMails.Mail(SecureMails.Beside(more, cms))));
    }

    [Theory]
    [InlineData("-----BEGIN PGP SIGNATURE-----\nVersion: 1\nComment:\n\niQ==\n=abcd\n-----END PGP SIGNATURE-----\n", true)]
    [InlineData("-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----", true)]
    [InlineData("-----BEGIN PGP SIGNATURE-----\niQ==\n-----END PGP SIGNATURE-----", false)]
    [InlineData("-----BEGIN PGP SIGNATURE-----\n\niQ==\nText, really\n-----END PGP SIGNATURE-----", false)]
    [InlineData("-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n-----END PGP SIGNATURE-----", false)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\niQ==\n-----END PGP MESSAGE-----", false)]
    [InlineData("-----END PGP SIGNATURE-----", false)]
    [InlineData("", false)]
    public void Armor_is_told_from_other_text(string text, bool isArmor) =>
        Assert.Equal(isArmor, SignedShape.IsArmorAlone(Encoding.ASCII.GetBytes(text)));

    private static string Good() => SecureMails.Beside(SecureMails.Entity, Cms);

    private static byte[] Beside(string part, string protocol) => SecureMails.Mail(
        $"Content-Type: multipart/signed; protocol=\"{protocol}\"; boundary=\"b1\"\r\n\r\n--b1\r\n"
        + $"{SecureMails.Entity}\r\n--b1\r\n{part}\r\n--b1--\r\n");

    private SecureMailFindings Read(byte[] mail) => SecureMailReader.Read(mail, _keys, SecureMails.Now);

    private string Result(byte[] mail) => SignatureText.Summary(Read(mail).Signatures).Word();
}
