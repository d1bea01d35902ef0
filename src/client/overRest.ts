/**
 * Exports what streams ask of the REST API, so that it is loaded together, by the first stream that needs it:
 * an app whose streams need none of it does not pay for it.
 */
export { checkHealth, checkHealthOrInstance, hasHealthEndpoint } from '../connect/health.ts';
export { catchUp } from '../policies/catchUp/catchUp.ts';
export { policyOf } from '../policies/catchUp/policy.ts';
export { warnIfFeedIsDisabled } from '../policies/feedAccess.ts';
export { keepActive } from '../policies/keepActive.ts';
export { olderPage } from '../policies/olderPage.ts';
export { olderPages } from '../policies/olderPages.ts';
export { probeNotificationScope } from '../policies/notificationScope.ts';
