namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Sends a message with msmtp, which knows SCRAM-SHA-256 (GNU SASL).</summary>
internal static class Msmtp
{
    /// <param name="port">A port on loopback.</param>
    /// <param name="tls"><c>off</c>, <c>starttls</c> or <c>implicit</c>.</param>
    /// <param name="mechanism">plain, login, scram-sha-256 or cram-md5.</param>
    /// <param name="user">Name and password.</param>
    /// <param name="mail">The message's octets.</param>
    /// <param name="from">The reverse-path.</param>
    /// <param name="to">The recipient.</param>
    public static async Task<PeerResult> SendAsync(
        int port, string tls, string mechanism, (string Name, string Password) user, byte[] mail, string from, string to)
    {
        string[] arguments =
        [
            "--file=/dev/null", "--host=127.0.0.1", $"--port={port}", "--domain=msmtp.test", "--debug",
            $"--tls={(tls == "off" ? "off" : "on")}", $"--tls-starttls={(tls == "starttls" ? "on" : "off")}", "--tls-certcheck=off",
            $"--auth={mechanism}", $"--user={user.Name}", $"--passwordeval=echo {user.Password}", $"--from={from}", "--", to,
        ];
        return await PeerProcess.RunAsync("msmtp", PeerPrograms.Find("msmtp", "msmtp"), arguments, mail);
    }
}
