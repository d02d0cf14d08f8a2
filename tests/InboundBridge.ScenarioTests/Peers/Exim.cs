namespace InboundBridge.ScenarioTests.Peers;

/// <summary>Sends a message with Exim.</summary>
internal static class Exim
{
    /// <returns>
    /// With the dialogue: SMTP&gt;&gt; marks Exim's commands, and SMTP|&gt; those that it sent without waiting for the reply before.
    /// </returns>
    public static async Task<PeerResult> SendAsync(PeerFolder folder, int port, byte[] mail, string from, string[] to)
    {
        var setup = await EximSetup.WriteAsync(folder, "exim", (program, spool) => Configuration(program, spool, port));
        return await PeerProcess.RunAsync(
            "exim", setup.Program, ["-C", setup.Configuration, "-odf", "-oi", "-v", "-f", from, .. to], mail, setup.Home,
            setup.Environment);
    }

    private static string Configuration(string program, string spool, int port) => $"""
        exim_path = {program}
        keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
        primary_hostname = exim.test
        spool_directory = {spool}
        log_file_path = {spool}/%slog
        trusted_users = root
        disable_ipv6
        tls_advertise_hosts =

        begin routers
        appliance:
          driver = manualroute
          route_list = * 127.0.0.1
          self = send
          transport = appliance

        begin transports
        appliance:
          driver = smtp
          port = {port}
          allow_localhost
          hosts_require_tls = *
          hosts_try_chunking = *
          tls_verify_hosts =
          tls_try_verify_hosts =

        begin retry
        * * F,1h,1s

        """;
}
