using System.Security.Cryptography;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.UnitTests.MailFlow.SenderAuthentication.SignatureChecks;

namespace InboundBridge.UnitTests.MailFlow.SenderAuthentication.Signatures.Keys;

public class KeyCacheTests
{
    [Fact]
    public void A_key_is_parsed_once_for_its_text()
    {
        var cache = new KeyCache(10);
        var record = cache.Read(SlowSigner.RsaRecord);
        Assert.Same(record, cache.Read(string.Concat(SlowSigner.RsaRecord)));
        Assert.NotSame(record, cache.Read(SlowSigner.RsaRecord + ";"));
        Assert.Equal(2, cache.Count);
    }

    [Fact]
    public void Its_size_is_limited_and_only_usable_keys_are_kept()
    {
        var cache = new KeyCache(10);
        for (var number = 0; number < 100; number++)
        {
            cache.Read($"{SlowSigner.RsaRecord}; n={number}");
            cache.Read($"v=DKIM1; p=; n={number}");
        }
        cache.Read($"{SlowSigner.RsaRecord}; n={new string('n', 5000)}");
        Assert.Equal(10, cache.Count);
        Assert.Same(cache.Read($"{SlowSigner.RsaRecord}; n=99"), cache.Read($"{SlowSigner.RsaRecord}; n=99"));
    }

    /// <summary>The product shares one RSA object between threads, of which .NET promises nothing in general.</summary>
    [Fact]
    public void One_key_verifies_in_many_threads_at_the_same_time()
    {
        var key = new KeyCache(10).Read(SlowSigner.RsaRecord).Key!;
        var signed = Enumerable.Range(0, 16).Select(number => SHA256.HashData([(byte)number])).ToArray();
        var signatures = signed.Select(digest => SlowSigner.Rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            .ToArray();
        var wrong = 0;
        Parallel.For(0, 8, thread =>
        {
            for (var round = 0; round < 500; round++)
            {
                var (one, other) = ((thread + round) % signed.Length, round % signed.Length);
                if (key.Verify(signed[one], signatures[other]) != (one == other))
                    Interlocked.Increment(ref wrong);
            }
        });
        Assert.Equal(0, wrong);
    }
}
