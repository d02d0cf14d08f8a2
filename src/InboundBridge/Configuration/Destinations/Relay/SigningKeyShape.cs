using InboundBridge.Configuration.Binding;
using InboundBridge.MailFlow.Delivery.MailSigning;

namespace InboundBridge.Configuration.Destinations.Relay;

/// <summary>A key that signs mail, with the name under which its public half is published.</summary>
internal static class SigningKeyShape
{
    public static SectionShape<SigningKeyOptions> Of(string about) =>
        new SectionShape<SigningKeyOptions>(about, () => new SigningKeyOptions())
        .Required("domain", Scalars.HostName, (key, value) => key with { Domain = value }, "the signing domain (d=)")
        .Required("selector", Scalars.HostName, (key, value) => key with { Selector = value }, "the selector of the domain's key (s=)")
        .Required("key", new PathShape(PathMustBe.KeyFile), (key, value) => key with { KeyFile = value },
            "the private key, PEM: RSA or Ed25519");
}
