namespace InboundBridge.ScenarioTests.Peers;

/// <summary>
/// Collects mail with fetchmail's ODMR mode (RFC 2645), which knows CRAM-MD5 alone and no STARTTLS, and hands it to an SMTP server.
/// </summary>
internal static class Fetchmail
{
    /// <summary>Its exit code when no mail was waiting.</summary>
    public const int NoMail = 1;

    /// <param name="folder">The scenario's folder.</param>
    /// <param name="port">The ODMR listener's port on localhost, with TLS from the first octet.</param>
    /// <param name="certificate">The listener's.</param>
    /// <param name="user">Name and password.</param>
    /// <param name="domains">The domains to collect.</param>
    /// <param name="server">The port of the SMTP server that gets the mail.</param>
    public static async Task<PeerResult> CollectAsync(
        PeerFolder folder, int port, TestCertificate certificate, (string Name, string Password) user, string domains, int server)
    {
        var file = folder.Write("fetchmailrc", $"""
            poll localhost with proto ODMR port {port} timeout 60
              user "{user.Name}" with password "{user.Password}" is * here
              options ssl sslcertck sslcertfile "{certificate.CertificateFile}" sslcommonname localhost
              fetchdomains {domains}
              smtphost "127.0.0.1/{server}"

            """);
        // fetchmail refuses a file that others can read.
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string[] arguments = ["-v", "-v", "--nodetach", "--nosyslog", "-f", file, "--pidfile", folder["fetchmail.pid"]];
        return await PeerProcess.RunAsync(
            "fetchmail", PeerPrograms.Find("fetchmail", "fetchmail"), arguments, environment: new Dictionary<string, string>
            {
                ["HOME"] = folder.Path,
                ["LC_ALL"] = "C",
            });
    }
}
