/**
 * Exports the functions that use the REST API, which are loaded together by the first stream that needs one: an app
 * without such streams does not load them.
 */
export { checkHealth, checkHealthOrInstance, hasHealthEndpoint } from '../connect/health.ts';
export { catchUp } from '../policies/catchUp/catchUp.ts';
export { policyOf } from '../policies/catchUp/policy.ts';
export { warnIfFeedIsDisabled } from '../policies/feedAccess.ts';
export { keepActive } from '../policies/keepActive.ts';
export { olderPage } from '../policies/olderPage.ts';
export { olderPages } from '../policies/olderPages.ts';
export { probeNotificationScope } from '../policies/notificationScope.ts';
