using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.Smtp.Client;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>Turns what the SMTP client says about TLS into the words of RFC 8460.</summary>
internal static class SessionOutcome
{
    /// <summary>Null where no session was tried, or it failed for other reasons than TLS.</summary>
    public static SessionResult? Of(string domain, MailExchanger exchanger, HostPolicy policy, SmtpSendResult result)
    {
        var session = new SessionResult(domain, exchanger.Host, policy, IsEncrypted: false, Failure: null) { Address = exchanger.Address };
        if (result.Opened is { } opened)
            return session with { IsEncrypted = opened.IsEncrypted, Failure = FailureOf(opened, policy) };
        return result.Stage == SmtpSendStage.Connect && FailureOf(result.Replies[0].Reason) is { } failure
            ? session with { Failure = failure, Detail = result.Replies[0].Text }
            : null;
    }

    public static SmtpCertificateFault? FaultOf(TlsFailure? failure) => failure switch
    {
        null => null,
        TlsFailure.CertificateHostMismatch => SmtpCertificateFault.HostMismatch,
        TlsFailure.CertificateExpired => SmtpCertificateFault.Expired,
        TlsFailure.CertificateNotTrusted => SmtpCertificateFault.NotTrusted,
        _ => SmtpCertificateFault.Mismatch,
    };

    /// <summary>A session can be open and still fall short of a policy that is only tested.</summary>
    private static TlsFailure? FailureOf(SmtpSessionFacts opened, HostPolicy policy)
    {
        if (!opened.IsEncrypted)
            return opened.OffersTls ? TlsFailure.ValidationFailure : TlsFailure.StartTlsNotSupported;
        if (!policy.IsTesting)
            return null;
        return policy.IsUnlisted ? TlsFailure.ValidationFailure : opened.CertificateFault switch
        {
            null => null,
            SmtpCertificateFault.HostMismatch => TlsFailure.CertificateHostMismatch,
            SmtpCertificateFault.Expired => TlsFailure.CertificateExpired,
            SmtpCertificateFault.NotTrusted => TlsFailure.CertificateNotTrusted,
            _ => TlsFailure.ValidationFailure,
        };
    }

    private static TlsFailure? FailureOf(string? reason) => reason switch
    {
        SmtpTlsReason.NotOffered => TlsFailure.StartTlsNotSupported,
        SmtpTlsReason.HostMismatch => TlsFailure.CertificateHostMismatch,
        SmtpTlsReason.Expired => TlsFailure.CertificateExpired,
        SmtpTlsReason.NotTrusted => TlsFailure.CertificateNotTrusted,
        SmtpTlsReason.Handshake or SmtpTlsReason.Mismatch => TlsFailure.ValidationFailure,
        _ => null,
    };
}
