using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Telemetry;
using Doorbuster.Platform.Web.Pages;
using Doorbuster.Platform.Web.Reference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Web;

public static class WebExtensions
{
    extension(WebApplicationBuilder host)
    {
        /// <summary>How this process speaks HTTP. Features add their JSON contexts by <c>ConfigureHttpJsonOptions</c>
        /// and call <c>AddValidation</c> in their own project, because both are generated there.</summary>
        public WebApplicationBuilder AddWeb()
        {
            var services = host.Services;
            host.AddTelemetry();
            services.AddSingleton<IProblemDetailsService, ProblemWriter>();
            services.AddValidation();
            services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
            services.ConfigureHttpJsonOptions(json => BeStrict(json.SerializerOptions));
            services.ConfigureHttpJsonOptions(
                json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AuditJson.Default));
            services.ConfigureHttpJsonOptions(
                json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, DeadLetterJson.Default));
            services.AddOptions<WebOptions>().BindConfiguration("Web").ValidateOnStart();
            services.AddSingleton<IValidateOptions<WebOptions>, WebOptionsValidator>();
            services.AddSingleton<IConfigureOptions<KestrelServerOptions>, Limits>();
            services.AddSingleton<IConfigureOptions<HostOptions>, Limits>();
            services.AddOpenApi(ApiDocument.Name, ApiDocument.Configure);
            services.AddSingleton<ApiReference>();
            services.AddSingleton<LocalApi>();
            services.AddSingleton<Health>();
            services.AddSingleton<Drain>();
            services.AddHostedService(all => all.GetRequiredService<Drain>());
            return host;
        }
    }

    extension(WebApplication app)
    {
        /// <summary>Call before the features map their endpoints.</summary>
        public WebApplication UseWeb()
        {
            app.UseRouting();
            app.UseMiddleware<FrontDoor>();
            ProblemPages.Map(app);
            Health.Map(app);
            Metrics.Map(app);
            ReadAudit.Map(app);
            DeadLetterDesk.Map(app);
            ApiReference.Map(app);
            return app;
        }
    }

    // What JsonSerializerOptions.Strict means, over the web's camel case.
    private static void BeStrict(JsonSerializerOptions json)
    {
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
        json.PropertyNameCaseInsensitive = false;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.Converters.Add(new UtcTimes());
    }
}
