namespace InboundBridge.ScenarioTests.Peers;

/// <summary>main.cf and master.cf of a Postfix that uses only its own folder and listens on loopback. The benchmarks use it too.</summary>
internal static class PostfixConfiguration
{
    /// <param name="home">The folder for queue and data.</param>
    public static string Basics(string home, string logFile) => $"""
        compatibility_level = 3.6
        queue_directory = {home}/queue
        data_directory = {home}/data
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        mail_owner = postfix
        setgid_group = postdrop
        maillog_file = {logFile}
        maillog_file_prefixes = {home}
        myhostname = postfix.test
        mydestination =
        mynetworks = 127.0.0.0/8
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        alias_maps =
        alias_database =
        biff = no
        append_dot_mydomain = no
        local_header_rewrite_clients =
        message_size_limit = 104857600
        mailbox_size_limit = 0
        smtp_line_length_limit = 0
        disable_dns_lookups = yes
        smtp_host_lookup = native
        smtpd_recipient_restrictions = permit_mynetworks, reject
        smtpd_client_connection_count_limit = 0
        smtpd_client_connection_rate_limit = 0

        """;

    public static string Services(int port) => $"""
        127.0.0.1:{port} inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        proxymap unix - - n - - proxymap
        smtp unix - - n - - smtp
        lmtp unix - - n - - lmtp
        showq unix n - n - - showq
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """;
}
