using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Telemetry;

public static class TelemetryExtensions
{
    extension(IHostApplicationBuilder host)
    {
        /// <summary>Metrics, traces and the log on standard output: JSON for programs, lines for a terminal.</summary>
        public void AddTelemetry()
        {
            // The framework keeps a server span's attributes to itself unless told otherwise.
            AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

            host.Services.AddOptions<TelemetryOptions>().BindConfiguration("Telemetry").ValidateOnStart();
            host.Services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
            host.Services.TryAddSingleton<RequestTimes>();
            host.Services.AddSingleton<Metrics>();
            host.Services.AddHostedService<Traces>();
            host.Logging.AddLines();
        }
    }

    extension(ILoggingBuilder logging)
    {
        private void AddLines()
        {
            logging.ClearProviders();
            logging.SetMinimumLevel(LogLevel.Information);
            logging.AddFilter("Microsoft", LogLevel.Warning);
            logging.AddFilter("System", LogLevel.Warning);
            logging.AddFilter("Npgsql", LogLevel.Warning);

            // As long as this category is on, even for errors alone, the framework makes an activity for every request.
            logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
            if (Console.IsOutputRedirected)
            {
                logging.AddConsoleFormatter<JsonLines, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>();
                logging.AddConsole(console => console.FormatterName = JsonLines.FormatName);
            }
            else
            {
                logging.AddSimpleConsole(line => (line.SingleLine, line.TimestampFormat) = (true, "HH:mm:ss "));
            }
        }
    }
}
