namespace InboundBridge.MailFlow.TransportSecurity;

public static class TlsFailureText
{
    /// <summary>The word of RFC 8460 §4.3, for reports, metrics and the log.</summary>
    public static string Word(this TlsFailure failure) => failure switch
    {
        TlsFailure.StartTlsNotSupported => "starttls-not-supported",
        TlsFailure.CertificateHostMismatch => "certificate-host-mismatch",
        TlsFailure.CertificateExpired => "certificate-expired",
        TlsFailure.CertificateNotTrusted => "certificate-not-trusted",
        TlsFailure.TlsaInvalid => "tlsa-invalid",
        TlsFailure.DnssecInvalid => "dnssec-invalid",
        TlsFailure.StsPolicyFetchError => "sts-policy-fetch-error",
        TlsFailure.StsPolicyInvalid => "sts-policy-invalid",
        TlsFailure.StsWebpkiInvalid => "sts-webpki-invalid",
        _ => "validation-failure",
    };
}
