using System.Security.Cryptography;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Signatures.Bodies;

public class BodyHashesTests
{
    private const int Bodies = 4000;

    /// <summary>RFC 6376 §3.4.3, §3.4.4 and §3.4.5: the body, and its simple and relaxed forms.</summary>
    [Theory]
    [InlineData("", "\r\n", "")]
    [InlineData("\r\n", "\r\n", "")]
    [InlineData("\r\n\r\n\r\n", "\r\n", "")]
    [InlineData(" \t\r\n", " \t\r\n", "")]
    [InlineData("a", "a\r\n", "a\r\n")]
    [InlineData("a ", "a \r\n", "a\r\n")]
    [InlineData(" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n")]
    [InlineData("\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n")]
    [InlineData("a \r b\r\n", "a \r b\r\n", "a \r b\r\n")]
    [InlineData("a\n b \n\r\n", "a\n b \n\r\n", "a\n b \n\r\n")]
    [InlineData("a\r\r\n\r", "a\r\r\n\r\r\n", "a\r\r\n\r\r\n")]
    public void Bodies_have_the_canonical_forms_of_the_rfc(string body, string simple, string relaxed)
    {
        Assert.Equal((simple, relaxed), (SlowCanon.Body(body, relaxed: false), SlowCanon.Body(body, relaxed: true)));
        Assert.Equal(Sha256(simple), Hash(body, Canonicalization.Simple));
        Assert.Equal(Sha256(relaxed), Hash(body, Canonicalization.Relaxed));
    }

    [Fact]
    public void The_hashes_of_an_empty_body_are_those_of_the_rfc()
    {
        Assert.Equal("frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=", Hash("", Canonicalization.Simple));
        Assert.Equal("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Hash("", Canonicalization.Relaxed));
    }

    [Fact]
    public void Any_body_in_any_pieces_has_the_hash_of_its_canonical_form()
    {
        var random = new Random(7);
        for (var round = 0; round < Bodies; round++)
        {
            var body = Body(random);
            foreach (var form in new[] { Canonicalization.Simple, Canonicalization.Relaxed })
            {
                var canonical = SlowCanon.Body(body, form == Canonicalization.Relaxed);
                var limits = Enumerable.Range(0, random.Next(4)).Select(_ => (long?)random.Next(canonical.Length + 2))
                    .Append(null).ToArray();
                using var hashes = new BodyHashes();
                var asked = limits.Select(limit => hashes.Ask(form, limit)).ToArray();
                TakeInPieces(hashes, SlowCanon.Octets(body), random);
                hashes.Complete();
                foreach (var (limit, hash) in limits.Zip(asked))
                {
                    var isThere = (limit ?? 0) <= canonical.Length;
                    var covered = limit is { } length && isThere ? canonical[..(int)length] : canonical;
                    var expected = isThere ? (Sha256(covered), canonical.Length - covered.Length) : ("", 0L);
                    Assert.True(expected == (Convert.ToBase64String(hash.Digest), hash.Unsigned), $"{form} {limit} of {round}: {body}");
                }
            }
        }
    }

    [Fact]
    public void Equal_questions_have_one_answer()
    {
        using var hashes = new BodyHashes();
        Assert.Same(hashes.Ask(Canonicalization.Relaxed, 5), hashes.Ask(Canonicalization.Relaxed, 5));
        Assert.Same(hashes.Ask(Canonicalization.Simple, null), hashes.Ask(Canonicalization.Simple, null));
        Assert.NotSame(hashes.Ask(Canonicalization.Relaxed, 5), hashes.Ask(Canonicalization.Simple, 5));
    }

    /// <summary>Words, white space and line ends, with long runs of each, so that vectors and gathered pieces are crossed.</summary>
    private static string Body(Random random)
    {
        string[] pieces = [" ", "\t", "  ", "\r\n", "\r\n\r\n", "\r", "\n", "a", "word", " \r\n", "\t\r\n", "\u00e4", "\0"];
        var body = "";
        for (var count = random.Next(40); count > 0; count--)
        {
            var piece = pieces[random.Next(pieces.Length)];
            body += random.Next(8) switch
            {
                0 => string.Concat(Enumerable.Repeat(piece, random.Next(300))),
                1 => new string('x', random.Next(700)),
                _ => piece,
            };
        }
        return body;
    }

    private static void TakeInPieces(BodyHashes hashes, byte[] octets, Random random)
    {
        var longest = random.Next(4) switch { 0 => 1, 1 => 5, 2 => 200, _ => 100_000 };
        for (var at = 0; at < octets.Length;)
        {
            var length = Math.Min(octets.Length - at, random.Next(longest + 1));
            hashes.Take(octets.AsSpan(at, length));
            at += length;
        }
    }

    private static string Hash(string body, Canonicalization form)
    {
        using var hashes = new BodyHashes();
        var asked = hashes.Ask(form, null);
        hashes.Take(SlowCanon.Octets(body));
        hashes.Complete();
        return Convert.ToBase64String(asked.Digest);
    }

    private static string Sha256(string text) => Convert.ToBase64String(SHA256.HashData(SlowCanon.Octets(text)));
}
