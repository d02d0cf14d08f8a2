namespace InboundBridge.Smtp.Client;

/// <summary>What is wrong with a server's certificate.</summary>
public enum SmtpCertificateFault
{
    /// <summary>It is for other names.</summary>
    HostMismatch,

    /// <summary>It has expired, or is not valid yet.</summary>
    Expired,

    /// <summary>No trusted authority has issued it.</summary>
    NotTrusted,

    /// <summary>It is not the one that the server's domain has published.</summary>
    Mismatch,
}
