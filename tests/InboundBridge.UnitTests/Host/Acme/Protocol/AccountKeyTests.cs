using System.Buffers.Text;
using System.Security.Cryptography;
using InboundBridge.Acme.Protocol;

namespace InboundBridge.UnitTests.Host.Acme.Protocol;

public sealed class AccountKeyTests
{
    /// <summary>The key of RFC 7517 appendix A.1. Its thumbprint (RFC 7638) was computed apart from this code.</summary>
    [Fact]
    public void A_token_is_authorized_with_the_thumbprint_of_the_key()
    {
        using var key = new AccountKey(ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"),
                Y = Base64Url.DecodeFromChars("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"),
            },
        }));
        Assert.Equal("token.cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s", key.Authorize("token"));
    }

    [Fact]
    public void A_kept_key_is_the_same_and_others_are_refused()
    {
        using var key = AccountKey.Create();
        using var again = AccountKey.Read(key.Pem);
        Assert.Equal(key.Authorize("t"), again.Authorize("t"));
        Assert.Equal(64, again.Sign("data"u8).Length);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() => AccountKey.Read(other.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<CryptographicException>(() => AccountKey.Read("no key"));
    }
}
