using System.Runtime.Versioning;

// Scenarios need Postfix, Dovecot, signals and /proc.
[assembly: SupportedOSPlatform("linux")]
