using InboundBridge.Fuzz.Acme;
using InboundBridge.Fuzz.Dns;
using InboundBridge.Fuzz.SecureMail;
using InboundBridge.Fuzz.SevenBit;
using InboundBridge.Fuzz.Signatures;
using InboundBridge.Fuzz.Smtp;
using InboundBridge.Fuzz.Spf;
using InboundBridge.Fuzz.Spools;
using InboundBridge.Fuzz.TransportSecurity;
using InboundBridge.Fuzz.Ui;

namespace InboundBridge.Fuzz;

/// <summary>All targets; register a new target here.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new CommandLineTarget(),
        new DataTarget(),
        new ProxyHeaderTarget(),
        new AuthenticationTarget(),
        new SessionTarget(),
        new TurnedTarget(),
        new TagListTarget(),
        new SignedHeaderTarget(),
        new KeyRecordTarget(),
        new ResultsFieldTarget(),
        new AnswerTarget(),
        new RecordTarget(),
        new PolicyTarget(),
        new SecureMailTarget(),
        new FieldTarget(),
        new ClientHelloTarget(),
        new ExportTarget(),
        new MailHtmlTarget(),
    ];
}
